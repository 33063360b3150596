package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"time"
)

// Go's side of `npm run bench -- templates`; see bench/templates/protocol.ts.

type workload struct {
	Small     []string        `json:"small"`
	SmallData interface{}     `json:"smallData"`
	Large     []largeTemplate `json:"large"`
}

type largeTemplate struct {
	Name     string      `json:"name"`
	Template string      `json:"template"`
	Data     interface{} `json:"data"`
	Runs     int         `json:"runs"`
	parsed   *template.Template
}

type smallRunner func(text string, data interface{}, out *bytes.Buffer) error

// Reads a workload, then does one round for each line on standard input.
func speed(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var work workload
	if err := json.Unmarshal(text, &work); err != nil {
		return err
	}
	table := makeTables().union
	for i := range work.Large {
		l := &work.Large[i]
		l.parsed, err = template.New(l.Name).Funcs(table).Option("missingkey=error").Parse(l.Template)
		if err != nil {
			return err
		}
	}
	// The functions are told to Go once, so that parsing and running is all that is measured.
	base := template.New("base").Funcs(table).Option("missingkey=error")
	shared := func(text string, data interface{}, out *bytes.Buffer) error {
		return parseAndRun(base.New("t"), text, data, out)
	}
	// As KUDO does it, and most programs: each template is told all functions.
	alone := func(text string, data interface{}, out *bytes.Buffer) error {
		return parseAndRun(template.New("t").Funcs(table).Option("missingkey=error"), text, data, out)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var answer interface{}
		switch lines.Text() {
		case "small":
			answer = timed(func() error { return smallRound(&work, shared) })
		case "smallAlone":
			answer = timed(func() error { return smallRound(&work, alone) })
		case "large":
			answer = timed(func() error { return largeRound(&work) })
		case "smallOutputs":
			answer = smallOutputs(&work, shared)
		case "largeOutputs":
			answer = largeOutputs(&work)
		}
		line, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	return lines.Err()
}

func parseAndRun(empty *template.Template, text string, data interface{}, out *bytes.Buffer) error {
	parsed, err := empty.Parse(text)
	if err != nil {
		return err
	}
	return parsed.Execute(out, data)
}

func timed(round func() error) map[string]interface{} {
	startedAt := time.Now()
	err := round()
	milliseconds := float64(time.Since(startedAt).Nanoseconds()) / 1e6
	if err != nil {
		return map[string]interface{}{"error": err.Error()}
	}
	return map[string]interface{}{"milliseconds": milliseconds}
}

func smallRound(work *workload, run smallRunner) error {
	var out bytes.Buffer
	for _, text := range work.Small {
		out.Reset()
		if err := run(text, work.SmallData, &out); err != nil {
			return err
		}
	}
	return nil
}

func largeRound(work *workload) error {
	var out bytes.Buffer
	for i := range work.Large {
		l := &work.Large[i]
		for n := 0; n < l.Runs; n++ {
			out.Reset()
			if err := l.parsed.Execute(&out, l.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

func smallOutputs(work *workload, run smallRunner) []string {
	outputs := []string{}
	for _, text := range work.Small {
		var out bytes.Buffer
		if err := run(text, work.SmallData, &out); err != nil {
			outputs = append(outputs, err.Error())
			continue
		}
		outputs = append(outputs, out.String())
	}
	return outputs
}

func largeOutputs(work *workload) []string {
	outputs := []string{}
	for _, l := range work.Large {
		var out bytes.Buffer
		if err := l.parsed.Execute(&out, l.Data); err != nil {
			outputs = append(outputs, err.Error())
			continue
		}
		outputs = append(outputs, out.String())
	}
	return outputs
}
