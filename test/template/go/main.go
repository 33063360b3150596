// The judge of template rows: reads rows {name, template, data} as JSON lines from standard input and
// writes them back with what Go makes of them, {…, output} or {…, error}.
//
// A row with "functions": "go" may call Go's own functions only.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"text/template"

	"github.com/Masterminds/sprig"
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

// What reaches environment, files and network is not there; toYaml is.
func functions() template.FuncMap {
	table := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "base", "dir", "clean", "ext", "isAbs", "getHostByName"} {
		delete(table, name)
	}
	table["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return string(text), err
	}
	return table
}

func judge(r *row, table template.FuncMap) {
	defer func() {
		if problem := recover(); problem != nil {
			r.Error = fmt.Sprintf("panic: %v", problem)
		}
	}()
	var data interface{}
	if len(r.Data) > 0 {
		if err := json.Unmarshal(r.Data, &data); err != nil {
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
	text := output.String()
	r.Output = &text
}

func main() {
	table := functions()
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
		judge(&r, table)
		if err := encoder.Encode(&r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := out.Flush(); err != nil {
		os.Exit(1)
	}
}
