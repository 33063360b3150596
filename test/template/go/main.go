// The judge of template rows: reads rows {name, template, data} as JSON lines from standard input and
// writes them back with what Go makes of them, {…, output} or {…, error}. A row without data gets that of the
// file named as argument.
//
//	go run . ../rows/common.json < rows.in > ../rows/topic.jsonl
//
// A row with "functions": "go" may call Go's own functions only; one with "sprig": "2.22.0" or "3.3.0" those of that
// Sprig alone, and gets that Sprig's answers. Rows come back as soon as no more of them wait to be read.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig"
	sprig3 "github.com/Masterminds/sprig/v3"
	"gopkg.in/yaml.v2"
)

type row struct {
	Name      string          `json:"name"`
	Template  string          `json:"template"`
	Data      json.RawMessage `json:"data,omitempty"`
	Functions string          `json:"functions,omitempty"`
	// The present time of the row, in UTC as all is; rows with zones want ZONEINFO to name the zoneinfo.zip of Go.
	Now    *time.Time `json:"now,omitempty"`
	Sprig  string     `json:"sprig,omitempty"`
	Output *string    `json:"output,omitempty"`
	Error  string     `json:"error,omitempty"`
}

// Functions that reach environment, files or network.
var left = []string{
	"env", "expandenv", "base", "dir", "clean", "ext", "isAbs", "getHostByName",
	"osBase", "osDir", "osClean", "osExt", "osIsAbs",
}

// What the rows may call.
type tables struct {
	union, sprig2, sprig3, none template.FuncMap
}

// The functions of Sprig 2.22 and those that only 3.3 has, and toYaml; and those of each Sprig alone.
func makeTables() tables {
	union, two, three := sprig.TxtFuncMap(), sprig.TxtFuncMap(), sprig3.TxtFuncMap()
	for name, function := range three {
		if _, known := union[name]; !known {
			union[name] = function
		} else if reflect.TypeOf(two[name]) == reflect.TypeOf(function) {
			union[name] = either(reflect.ValueOf(two[name]), reflect.ValueOf(function))
		}
	}
	for _, table := range []template.FuncMap{union, two, three} {
		for _, name := range left {
			delete(table, name)
		}
		table["toYaml"] = func(value interface{}) (string, error) {
			text, err := yaml.Marshal(value)
			return string(text), err
		}
	}
	return tables{union, two, three, template.FuncMap{}}
}

// The first function's answer, and the second's where the first fails and the second does not, call by call.
func either(first, second reflect.Value) interface{} {
	return reflect.MakeFunc(first.Type(), func(args []reflect.Value) []reflect.Value {
		results, problem := try(first, args)
		if results != nil && problem == nil {
			return results
		}
		if others, worse := try(second, args); worse == nil {
			return others
		}
		if results == nil {
			panic(problem)
		}
		return results
	}).Interface()
}

// What a call gives, and what it panicked with or its error; there are no results after a panic.
func try(function reflect.Value, args []reflect.Value) (results []reflect.Value, problem interface{}) {
	defer func() {
		if reason := recover(); reason != nil {
			results, problem = nil, reason
		}
	}()
	if function.Type().IsVariadic() {
		results = function.CallSlice(args)
	} else {
		results = function.Call(args)
	}
	if err, failed := results[len(results)-1].Interface().(error); failed && err != nil {
		return results, err
	}
	return results, nil
}

func (t tables) of(r *row) template.FuncMap {
	switch {
	case r.Functions == "go":
		return t.none
	case r.Sprig == "2.22.0":
		return t.sprig2
	case r.Sprig == "3.3.0":
		return t.sprig3
	default:
		return t.union
	}
}

var failedCall = regexp.MustCompile(`error calling (\w+): `)

// Where a function of Sprig 2.22 fails and that of 3.3 does not, 3.3 has the word. Most are joined call by call; those
// whose types differ are tried anew, for the whole template.
func judge(r *row, common []byte, t tables) {
	run(r, common, t.of(r))
	if r.Functions == "go" || r.Sprig != "" {
		return
	}
	var changed template.FuncMap
	tried := map[string]bool{}
	for {
		name := failedCall.FindStringSubmatch(r.Error)
		if name == nil || tried[name[1]] || t.sprig3[name[1]] == nil {
			return
		}
		if changed == nil {
			changed = maps.Clone(t.union)
		}
		tried[name[1]] = true
		changed[name[1]] = t.sprig3[name[1]]
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
	if r.Now != nil && r.Functions != "go" {
		table = atTime(table, r.Now.UTC())
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

// The functions that read the clock, told what time it is.
func atTime(table template.FuncMap, now time.Time) template.FuncMap {
	changed := maps.Clone(table)
	date := func(value interface{}) interface{} {
		switch value.(type) {
		case time.Time, int64, int, int32:
			return value
		}
		return now
	}
	inZone := table["dateInZone"].(func(string, interface{}, string) string)
	changed["now"] = func() time.Time { return now }
	changed["date"] = func(layout string, value interface{}) string { return inZone(layout, date(value), "Local") }
	changed["htmlDate"] = func(value interface{}) string { return inZone("2006-01-02", date(value), "Local") }
	changed["htmlDateInZone"] = func(value interface{}, zone string) string {
		return inZone("2006-01-02", date(value), zone)
	}
	changed["dateInZone"] = func(layout string, value interface{}, zone string) string {
		return inZone(layout, date(value), zone)
	}
	changed["date_in_zone"] = changed["dateInZone"]
	changed["ago"] = func(value interface{}) string {
		then := now
		switch value := value.(type) {
		case time.Time:
			then = value
		case int64:
			then = time.Unix(value, 0)
		case int:
			then = time.Unix(int64(value), 0)
		}
		return now.Sub(then).Round(time.Second).String()
	}
	if round, ok := table["durationRound"].(func(interface{}) string); ok {
		changed["durationRound"] = func(value interface{}) string {
			if then, ok := value.(time.Time); ok {
				value = int64(now.Sub(then))
			}
			return round(value)
		}
	}
	return changed
}

func main() {
	time.Local = time.UTC
	if len(os.Args) > 2 && os.Args[1] == "speed" {
		if err := speed(os.Args[2]); err != nil {
			fail(err)
		}
		return
	}
	all := makeTables()
	var common []byte
	if len(os.Args) > 1 {
		var err error
		if common, err = os.ReadFile(os.Args[1]); err != nil {
			fail(err)
		}
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var r row
			if err := json.Unmarshal(line, &r); err != nil {
				fail(err)
			}
			r.Output, r.Error = nil, ""
			judge(&r, common, all)
			if err := encoder.Encode(&r); err != nil {
				fail(err)
			}
		}
		if err != nil || in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				os.Exit(1)
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
