// Finds the rows to which the two Sprigs answer differently. Reads rows as JSON lines from standard input, lets the
// judge answer each with either Sprig alone, and writes those that differ with both answers:
//
//	go build -o JUDGE . && cat ../rows/*.jsonl | go run ./differences JUDGE ../rows/common.json > ../differences.jsonl
//
// Rows that call what only one of them has are left out, and of the rows that call the same functions only the first
// few are kept.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/sprig"
)

type row struct {
	Name      string          `json:"name,omitempty"`
	Template  string          `json:"template"`
	Data      json.RawMessage `json:"data,omitempty"`
	Functions string          `json:"functions,omitempty"`
	Now       string          `json:"now,omitempty"`
	Sprig     string          `json:"sprig,omitempty"`
	Output    *string         `json:"output,omitempty"`
	Error     string          `json:"error,omitempty"`
}

type difference struct {
	Template string          `json:"template"`
	Data     json.RawMessage `json:"data,omitempty"`
	Two      string          `json:"sprig2"`
	Three    string          `json:"sprig3"`
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: differences JUDGE COMMON"))
	}
	rows := readRows(os.Stdin)
	two, three := judged(rows, "2.22.0"), judged(rows, "3.3.0")
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	kept := map[string]int{}
	for i, r := range rows {
		a, b := answer(two[i]), answer(three[i])
		key := called(r.Template)
		if a == b || kept[key] == most || isMissing(two[i]) || isMissing(three[i]) {
			continue
		}
		kept[key]++
		if err := encoder.Encode(difference{r.Template, r.Data, a, b}); err != nil {
			fail(err)
		}
	}
}

// Rows that call the same functions.
const most = 4

var word = regexp.MustCompile(`\w+`)

// The functions of Sprig that a template calls.
func called(text string) string {
	table := sprig.TxtFuncMap()
	found := map[string]bool{}
	for _, name := range word.FindAllString(text, -1) {
		if table[name] != nil {
			found[name] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), " ")
}

func readRows(in io.Reader) []row {
	var rows []row
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var r row
			if err := json.Unmarshal(line, &r); err != nil {
				fail(err)
			}
			if r.Functions != "go" && r.Sprig == "" {
				rows = append(rows, r)
			}
		}
		if err != nil {
			return rows
		}
	}
}

func judged(rows []row, version string) []row {
	command := exec.Command(os.Args[1], os.Args[2])
	in, err := command.StdinPipe()
	if err != nil {
		fail(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		fail(err)
	}
	if err := command.Start(); err != nil {
		fail(err)
	}
	go func() {
		encoder := json.NewEncoder(in)
		for _, r := range rows {
			r.Sprig, r.Output, r.Error = version, nil, ""
			if err := encoder.Encode(r); err != nil {
				fail(err)
			}
		}
		in.Close()
	}()
	var answers []row
	decoder := json.NewDecoder(out)
	for range rows {
		var r row
		if err := decoder.Decode(&r); err != nil {
			fail(err)
		}
		answers = append(answers, r)
	}
	return answers
}

func answer(r row) string {
	if r.Output != nil {
		return *r.Output
	}
	return "error: " + r.Error
}

func isMissing(r row) bool {
	return strings.Contains(r.Error, " not defined")
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
