// Command yamlrows asks sigs.k8s.io/yaml, the reader of Kubernetes, what texts mean.
//
// It reads JSON lines with a member "text" from each file named on the command line, sets "json" to the value
// that sigs.k8s.io/yaml makes of the text or "error" to its error, and writes the file back:
//
//	go run . ../rows.jsonl ../printed.jsonl
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type row struct {
	Name  string          `json:"name,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
	Text  string          `json:"text"`
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	for _, path := range os.Args[1:] {
		if err := rewrite(path); err != nil {
			fmt.Fprintln(os.Stderr, path, err)
			os.Exit(1)
		}
	}
}

func rewrite(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	scanner := bufio.NewScanner(bytes.NewReader(content))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var r row
		if err := json.Unmarshal(scanner.Bytes(), &r); err != nil {
			return err
		}
		r.JSON, r.Error = nil, ""
		if value, err := yaml.YAMLToJSON([]byte(r.Text)); err != nil {
			r.Error = err.Error()
		} else {
			r.JSON = value
		}
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	if err := scanner.Err(); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
