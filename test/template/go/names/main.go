// Writes the names of the functions of both Sprigs, as JSON:
//
//	go run ./names > ../sprigNames.json
package main

import (
	"encoding/json"
	"maps"
	"os"
	"slices"

	"github.com/Masterminds/sprig"
	sprig3 "github.com/Masterminds/sprig/v3"
)

func main() {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	err := encoder.Encode(map[string][]string{
		"2.22.0": slices.Sorted(maps.Keys(sprig.TxtFuncMap())),
		"3.3.0":  slices.Sorted(maps.Keys(sprig3.TxtFuncMap())),
	})
	if err != nil {
		os.Exit(1)
	}
}
