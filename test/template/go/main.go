// The judge of template rows: reads rows {name, template, data} as JSON lines from standard input and
// writes them back with what Go makes of them, {…, output} or {…, error}. A row without data gets that of the
// file named as argument.
//
//	go run . ../rows/common.json < rows.in > ../rows/topic.jsonl
//
// A row with "functions": "go" may call Go's own functions only.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	sprig3 "github.com/Masterminds/sprig/v3"
	"gopkg.in/yaml.v2"
)

type row struct {
	Name      string          `json:"name"`
	Template  string          `json:"template"`
	Data      json.RawMessage `json:"data,omitempty"`
	Functions string          `json:"functions,omitempty"`
	Output    *string         `json:"output,omitempty"`
	Error     string          `json:"error,omitempty"`
}

// Functions that reach environment, files or network.
var left = []string{
	"env", "expandenv", "base", "dir", "clean", "ext", "isAbs", "getHostByName",
	"osBase", "osDir", "osClean", "osExt", "osIsAbs",
}

// The functions of Sprig 2.22 and those that only 3.3 has, and toYaml.
func functions() template.FuncMap {
	table := sprig.TxtFuncMap()
	for name, function := range sprig3.TxtFuncMap() {
		if _, known := table[name]; !known {
			table[name] = function
		}
	}
	for _, name := range left {
		delete(table, name)
	}
	table["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return string(text), err
	}
	return table
}

var failedCall = regexp.MustCompile(`error calling (\w+): `)

// Where a function of Sprig 2.22 fails and that of 3.3 does not, 3.3 has the word.
func judge(r *row, common []byte, table template.FuncMap) {
	run(r, common, table)
	if r.Functions == "go" {
		return
	}
	changed := template.FuncMap{}
	for name, function := range table {
		changed[name] = function
	}
	newest := sprig3.TxtFuncMap()
	tried := map[string]bool{}
	for {
		name := failedCall.FindStringSubmatch(r.Error)
		if name == nil || tried[name[1]] || newest[name[1]] == nil {
			return
		}
		tried[name[1]] = true
		changed[name[1]] = newest[name[1]]
		second := *r
		second.Error = ""
		run(&second, common, changed)
		if !strings.Contains(second.Error, "error calling "+name[1]+": ") {
			*r = second
		}
	}
}

func run(r *row, common []byte, table template.FuncMap) {
	defer func() {
		if problem := recover(); problem != nil {
			r.Error = fmt.Sprintf("panic: %v", problem)
		}
	}()
	var data interface{}
	text := r.Data
	if len(text) == 0 {
		text = common
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &data); err != nil {
			r.Error = "data: " + err.Error()
			return
		}
	}
	if r.Functions == "go" {
		table = template.FuncMap{}
	}
	parsed, err := template.New("t").Funcs(table).Option("missingkey=error").Parse(r.Template)
	if err != nil {
		r.Error = err.Error()
		return
	}
	var output bytes.Buffer
	if err := parsed.Execute(&output, data); err != nil {
		r.Error = err.Error()
		return
	}
	written := output.String()
	r.Output = &written
}

func main() {
	table := functions()
	var common []byte
	if len(os.Args) > 1 {
		var err error
		if common, err = os.ReadFile(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		r.Output, r.Error = nil, ""
		judge(&r, common, table)
		if err := encoder.Encode(&r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := out.Flush(); err != nil {
		os.Exit(1)
	}
}
