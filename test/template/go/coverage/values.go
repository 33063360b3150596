package main

import "reflect"

var strings_ = []string{
	`""`, `"hello world"`, `"0017"`, `"0x1F"`, `"-3.7e2"`, `" 42 "`, `"true"`, `"a,b"`, "\"\\ta\\n b\"",
	`"größe 日本 😀"`, `"e\u0301👩\u200d👧ﬀǆİß"`, `"a\xffb\xe6\x97"`, `.N`,
}

var ints = []string{`0`, `1`, `-1`, `-3`, `7`, `(int "7")`}

var hugeInts = []string{`9007199254740993`, `9223372036854775807`, `-9223372036854775808`}

var floats = []string{
	`2.5`, `-0.5`, `(mulf -1 0.0)`, `1e6`, `.neg`, `.huge`, `.tiny`, `(float64 "NaN")`, `(float64 "-Inf")`, `5e-324`, `9007199254740993.0`,
}

var otherNumbers = []string{`(int64 5)`, `(add 9223372036854775807 0)`, `(index "abc" 1)`, `'x'`, `2i`}

var lists = []string{`(list)`, `(list 1 "b" nil 2.5 true)`, `(list (list 1) (dict "a" nil))`, `.L`, `.EL`}

var typedLists = []string{`(splitList "," "a,b")`, `(until 3)`, `(splitList "," "" | initial)`, `(chunk 1 .LS)`}

var maps = []string{`(dict)`, `(dict "a" 1)`, `.M`, `.EM`}

var typedMaps = []string{`(split "," "a,b")`}

var bools = []string{`true`, `false`}

var nils = []string{`nil`, `.nil`, `(coalesce 0)`}

func join(groups ...[]string) []string {
	var all []string
	for _, group := range groups {
		all = append(all, group...)
	}
	return all
}

// One value of each kind.
var kinds = []string{
	`"a"`, `7`, `(int64 5)`, `2.5`, `1e6`, `.F`, `true`, `nil`, `.nil`, `(list 1)`, `(splitList "," "a,b")`, `(until 2)`, `(dict "a" 1)`,
	`(split "," "a")`, `(index "abc" 1)`, `2i`, `'x'`, `9007199254740993`,
}

// Numbers that would fill the memory.
var bounded = map[string]bool{"repeat": true, "indent": true, "nindent": true, "until": true, "untilStep": true, "seq": true}

// Functions that take anything but a time or a number of seconds for now.
var dated = map[string]bool{"date": true, "dateInZone": true, "date_in_zone": true, "htmlDate": true, "htmlDateInZone": true}

// The values that an argument is tried with.
func valuesFor(function string, at int) []string {
	t := typeOfArgument(function, at)
	if t != nil && t.Kind() == reflect.Interface && dated[function] {
		return join(ints, hugeInts, otherNumbers[:2])
	}
	if t == nil || t.Kind() == reflect.Interface {
		return join(strings_[:10], ints[:4], hugeInts, floats[:9], otherNumbers, bools, nils, lists, typedLists, maps[:3], typedMaps)
	}
	switch t.Kind() {
	case reflect.String:
		return join(strings_, kinds[1:])
	case reflect.Int:
		if bounded[function] {
			return join(ints, kinds[:4], kinds[5:len(kinds)-1])
		}
		return join(ints, hugeInts, kinds)
	case reflect.Float64:
		return join(floats, kinds)
	case reflect.Map:
		return join(maps, typedMaps, kinds)
	default:
		return kinds
	}
}
