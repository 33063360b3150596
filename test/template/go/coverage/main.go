// Makes the rows that call each function of both Sprigs and of Go itself: the calls of calls.txt, and each first call
// with one argument after the other replaced by values of every kind, left out, or given once more. The last argument
// also comes through a pipeline, whose result is printed with its type. The judge says what they give:
//
//	coverage/generate.sh ../rows
//
// One file of rows per family.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/Masterminds/sprig"
	sprig3 "github.com/Masterminds/sprig/v3"
)

//go:embed calls.txt
var calls string

type row struct {
	Name     string      `json:"name"`
	Template string      `json:"template"`
	Data     interface{} `json:"data,omitempty"`
}

// A call that works.
type call struct {
	function string
	args     []string
}

func (c call) text(args []string) string {
	if c.function == "keys" || c.function == "values" { // Go's order is random
		return strings.Join(append([]string{c.function}, args...), " ") + " | toStrings | sortAlpha"
	}
	return strings.Join(append([]string{c.function}, args...), " ")
}

// Functions whose results nobody can foresee, or that take long: only their mistakes are rows here.
var unforeseeable = map[string]bool{
	"ago": true, "now": true, "uuidv4": true, "randAlpha": true, "randAlphaNum": true, "randAscii": true,
	"randBytes": true, "randInt": true, "randNumeric": true, "shuffle": true, "bcrypt": true, "htpasswd": true,
	"encryptAES": true, "genPrivateKey": true, "genCA": true, "genCAWithKey": true, "genSelfSignedCert": true,
	"genSelfSignedCertWithKey": true, "derivePassword": true, "genSignedCert": true, "genSignedCertWithKey": true,
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: coverage FOLDER")
		os.Exit(2)
	}
	families := readCalls()
	families = append(families, handPicked()...)
	for _, f := range families {
		if err := write(filepath.Join(os.Args[1], "functions-"+f.name+".in"), f.rows()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

type family struct {
	name      string
	calls     []call
	templates []row
}

func (f family) rows() []row {
	rows := f.templates
	varied := map[string]bool{}
	for _, c := range f.calls {
		if unforeseeable[c.function] {
			for _, text := range mistakes(c) {
				rows = append(rows, row{Template: text})
			}
			continue
		}
		texts := []string{"{{" + c.text(c.args) + "}}"}
		if !varied[c.function] {
			varied[c.function] = true
			texts = append(texts, variations(c)...)
		}
		for _, text := range texts {
			rows = append(rows, row{Template: text})
		}
	}
	seen := map[string]bool{}
	kept := rows[:0]
	for _, r := range rows {
		data, _ := json.Marshal(r.Data)
		key := r.Template + string(data)
		if !seen[key] {
			seen[key] = true
			r.Name = fmt.Sprintf("call %s %d", f.name, len(kept)+1)
			kept = append(kept, r)
		}
	}
	return kept
}

func readCalls() []family {
	var families []family
	for _, line := range strings.Split(calls, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "= "):
			name := strings.ReplaceAll(line[2:], " ", "-")
			families = append(families, family{name: name})
		default:
			words := splitArguments(line)
			last := &families[len(families)-1]
			last.calls = append(last.calls, call{words[0], words[1:]})
		}
	}
	return families
}

// Splits at the spaces outside of strings and parentheses.
func splitArguments(line string) []string {
	var words []string
	word, depth, quoted := "", 0, false
	for i := 0; i < len(line); i++ {
		char := line[i]
		switch {
		case quoted && char == '\\':
			word += string(char) + string(line[i+1])
			i++
			continue
		case char == '"':
			quoted = !quoted
		case !quoted && char == '(':
			depth++
		case !quoted && char == ')':
			depth--
		case !quoted && depth == 0 && char == ' ':
			words = append(words, word)
			word = ""
			continue
		}
		word += string(char)
	}
	return append(words, word)
}

var byName = func() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for name, function := range sprig3.TxtFuncMap() {
		types[name] = reflect.TypeOf(function)
	}
	for name, function := range sprig.TxtFuncMap() {
		types[name] = reflect.TypeOf(function)
	}
	return types
}()

// The type of an argument, nil when it takes anything.
func typeOfArgument(function string, at int) reflect.Type {
	t := byName[function]
	if t == nil {
		if (function == "printf") && at == 0 {
			return reflect.TypeOf("")
		}
		return nil
	}
	if t.IsVariadic() && at >= t.NumIn()-1 {
		return t.In(t.NumIn() - 1).Elem()
	}
	return t.In(min(at, t.NumIn()-1))
}

// How a result is shown so that its type and its bytes can be told.
func shown(function string) string {
	if t := byName[function]; t != nil {
		if kind := t.Out(0).Kind(); kind == reflect.Struct || kind == reflect.Ptr {
			return `printf "%T"`
		}
		if function == "deepCopy" || function == "mustDeepCopy" {
			return `printf "%T %[1]v"`
		}
	}
	return `printf "%#v"`
}

var aliases = strings.Fields("push tuple trimall biggest date_in_zone date_modify must_date_modify")

// Whether another function does the same.
func isTwin(function string) bool {
	return strings.HasPrefix(function, "must") || slices.Contains(aliases, function)
}

func variations(c call) []string {
	var texts []string
	for at := range c.args {
		for i, v := range valuesFor(c.function, at) {
			if isTwin(c.function) && i%2 == 1 && !slices.Contains(kinds, v) && !strings.Contains(v, "xff") && !strings.Contains(v, "😀") {
				continue
			}
			args := append([]string{}, c.args...)
			args[at] = v
			if at < len(c.args)-1 {
				texts = append(texts, "{{"+c.text(args)+" | "+shown(c.function)+"}}")
				continue
			}
			if !isTwin(c.function) && slices.Contains(kinds, v) {
				texts = append(texts, "{{"+c.text(args)+"}}")
			}
			texts = append(texts, "{{"+v+" | "+c.text(args[:at])+" | "+shown(c.function)+"}}")
		}
	}
	for count := range c.args {
		texts = append(texts, "{{"+c.text(c.args[:count])+"}}")
	}
	more := append(append([]string{}, c.args...), "1")
	texts = append(texts, "{{"+c.text(more)+"}}", "{{1 | "+c.text(c.args)+"}}", "{{"+c.text(append(more, `"x"`, "nil"))+"}}")
	return texts
}

// Calls with an argument of a wrong type, with too few and too many.
func mistakes(c call) []string {
	var texts []string
	for at := range c.args {
		t := typeOfArgument(c.function, at)
		wrong := []string{`7`, `2.5`, `.F`, `true`, `nil`, `(list 1)`, `(dict "a" 1)`, `(splitList "," "a")`}
		switch t.Kind() {
		case reflect.String:
		case reflect.Int, reflect.Uint32:
			wrong = append([]string{`"a"`, `.N`, `(int64 5)`}, wrong[1:]...)
		case reflect.Slice:
			wrong = []string{`"a"`, `7`, `true`, `(dict "a" 1)`, `(splitList "," "a")`}
		default:
			continue
		}
		for _, v := range wrong {
			args := append([]string{}, c.args...)
			args[at] = v
			texts = append(texts, "{{"+c.text(args)+"}}")
			if at == len(args)-1 {
				texts = append(texts, "{{"+v+" | "+c.text(args[:at])+"}}")
			}
		}
	}
	for count := range c.args {
		texts = append(texts, "{{"+c.text(c.args[:count])+"}}")
	}
	more := append(append([]string{}, c.args...), "1")
	return append(texts, "{{"+c.text(more)+"}}", "{{1 | "+c.text(c.args)+"}}")
}

func write(path string, rows []row) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, r := range rows {
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Close()
}
