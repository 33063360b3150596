// Prints, for every type that Kubernetes serves, how Go writes its zero values as JSON.
//
// The OpenAPI document does not say which members vanish when they are zero and which are always there, and
// both decide what an object looks like when it is read back. One JSON object goes to standard output:
// definition name -> member -> "omit" (absent when zero) or "always" (written even when zero, lists as null).
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type table map[string]map[string]string

func main() {
	if err := apiextensionsv1.AddToScheme(scheme.Scheme); err != nil {
		panic(err)
	}
	if err := apiregistrationv1.AddToScheme(scheme.Scheme); err != nil {
		panic(err)
	}
	seen := table{}
	for _, goType := range scheme.Scheme.AllKnownTypes() {
		visit(goType, seen)
	}
	if err := json.NewEncoder(os.Stdout).Encode(seen); err != nil {
		panic(err)
	}
}

// definitionName turns a Go type into its name in the OpenAPI document: the host of the package reversed.
func definitionName(t reflect.Type) string {
	host, rest, _ := strings.Cut(t.PkgPath(), "/")
	labels := strings.Split(host, ".")
	for i, j := 0, len(labels)-1; i < j; i, j = i+1, j-1 {
		labels[i], labels[j] = labels[j], labels[i]
	}
	return strings.Join(labels, ".") + "." + strings.ReplaceAll(rest, "/", ".") + "." + t.Name()
}

func visit(t reflect.Type, seen table) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		visit(t.Elem(), seen)
		return
	case reflect.Struct:
	default:
		return
	}
	name := definitionName(t)
	if _, known := seen[name]; known || t.PkgPath() == "" || strings.HasPrefix(t.PkgPath(), "time") {
		return
	}
	members := map[string]string{}
	seen[name] = members
	collect(t, members, seen)
}

func collect(t reflect.Type, members map[string]string, seen table) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag, tagged := field.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if field.Anonymous && (name == "" || strings.Contains(options, "inline")) {
			if field.Type.Kind() == reflect.Struct {
				collect(field.Type, members, seen)
			}
			continue
		}
		if !tagged {
			continue
		}
		visit(field.Type, seen)
		if how := zeroOf(field.Type, options); how != "" {
			members[name] = how
		}
	}
}

func zeroOf(t reflect.Type, options string) string {
	omitEmpty := strings.Contains(options, "omitempty")
	switch {
	case strings.Contains(options, "omitzero"):
		return "omit"
	case t.Kind() == reflect.Struct:
		return "always" // omitempty means nothing for a struct
	case !omitEmpty:
		return "always"
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface:
		return ""
	}
	return "omit"
}
