package main

import (
	"fmt"
	"math/rand"
	"strings"
)

// Rows that are more than a call with one argument changed.
func handPicked() []family {
	return []family{pairs(), printfs(), nested(), floats_(), patterns(), texts(), layouts()}
}

func templates(texts ...string) []row {
	var rows []row
	for _, text := range texts {
		rows = append(rows, row{Template: text})
	}
	return rows
}

// Every kind beside every kind, for functions that compare or combine two values.
func pairs() family {
	many := []string{
		`nil`, `.nil`, `true`, `0`, `7`, `9007199254740993`, `(int64 7)`, `(index "\a" 0)`, `.neg`, `0.0`, `7.0`, `2i`,
		`""`, `"7"`, `.E`, `(list)`, `(list 7)`, `(until 1)`, `(splitList "," "7")`, `(list nil)`, `(dict)`, `(dict "a" 7)`, `(split "," "7")`,
	}
	few := []string{
		`nil`, `.nil`, `true`, `7`, `(int64 7)`, `7.0`, `"7"`, `(list 7)`, `(splitList "," "7")`, `(dict "a" 7)`,
	}
	var rows []row
	each := func(functions string, values []string) {
		for _, function := range strings.Fields(functions) {
			for _, a := range values {
				for _, b := range values {
					rows = append(rows, row{Template: fmt.Sprintf("{{%s %s %s}}", function, a, b)})
				}
			}
		}
	}
	each("eq lt deepEqual", many)
	each("ne ge has append default index slice and div min", few)
	for _, function := range strings.Fields("eq and or max merge") {
		for _, a := range []string{`nil`, `1`, `"a"`, `(dict "a" 1)`} {
			for _, b := range []string{`.nil`, `2`, `"b"`, `(dict "b" 2)`} {
				for _, c := range []string{`0`, `"a"`, `1`, `(dict "a" 3)`} {
					rows = append(rows, row{Template: fmt.Sprintf("{{%s %s %s %s}}", function, a, b, c)})
				}
			}
		}
	}
	return family{name: "pairs", templates: rows}
}

// Each verb with flags, width and precision on values of every kind.
func printfs() family {
	numbers := []string{`0`, `-7`, `65`, `9223372036854775807`, `-9223372036854775808`, `(int64 128512)`, `(index "abc" 1)`, `2.5`, `1e6`, `(mulf -1 0.0)`, `1e-7`, `(float64 "-Inf")`, `(float64 "NaN")`, `3i`}
	others := []string{`""`, `"hé\n\"😀"`, "\"a`\\xff\"", `true`, `nil`, `(list 1 "b" nil 2.5)`, `(splitList "," "b,a")`, `(dict "b" (list nil) "a" 1)`, `(until 2)`}
	var rows []row
	for _, verb := range strings.Split("v d b o O x X c q U e E f F g G s t T w y ! é", " ") {
		for _, flags := range []string{"", "-", "+", "#", " ", "0", "+#", "-+# 0"} {
			for _, width := range []string{"", "12", "012.4", "."} {
				if len(flags) > 1 && len(width) > 3 {
					continue
				}
				format := "%" + flags + width + verb
				list := func(values []string) string {
					text := "{{printf \"" + strings.Repeat(format+"|", len(values)) + "\""
					return text + " " + strings.Join(values, " ") + "}}"
				}
				if verb == "s" || verb == "t" || verb == "T" || verb == "w" || verb == "y" || verb == "!" || verb == "é" {
					rows = append(rows, templates(list(append(append([]string{}, numbers[1:3]...), others...)))...)
					continue
				}
				rows = append(rows, templates(list(numbers))...)
				if strings.Contains("vdxXqcg", verb) {
					rows = append(rows, templates(list(others))...)
				}
			}
		}
	}
	for _, format := range []string{
		"%", "%%", "%5%", "%-5%|", "%d", "%d %d", "%d %d %d", "%!", "%z", "% ", "%5", "%.", "%.5", "%-", "%0", "%[", "%[]", "%[1]", "%[1]d", "%[2]d", "%[3]d", "%[0]d", "%[-1]d",
		"%[x]d", "%[1x]d", "%[2]d %[1]d", "%[2]d %d", "%[1]d %[1]v %[1]T", "%[2]*[1]d", "%[2]*d", "%*d", "%*d|%d", "%-*d|", "%.*d", "%*.*d", "%[3]*.[2]*[1]f", "%.[2]*[1]f", "%.[2]d", "%[1].2d", "%[1]5d", "%5[1]d",
		"%[2]", "%[2", "%[99999999999]d", "%99999999d", "%.99999999d", "%d%", "%s%!d", "%v%%%v", "%😀", "%\\xff", "%\\n", "%d\\x00%d", "%+-#0 5d|", "%--5d|", "%05s|", "%-05d|", "%+05d|%x", "% x|% X", "%#x|%# x", "%x|%X", "%08b|%o", "%#o|%O", "%q|%+q", "%#q|%#+q", "%U|%#U", "%c|%c", "%t|%t", "%e|%E", "%6.2f|%-8.3f|", "%+.2e|%g", "%v|%+v", "%#v|%T", "%p", "%w", "%5t|%-7t|", "%.2s|%.10s", "%5.1s|%-5.1s|",
	} {
		if format == "%p" { // an address
			continue
		}
		for _, args := range []string{"", "1", "65 -2", `"hé" "x\xff"`, "3.14159 2", "nil true", `5 2 3.14159`, `(list 1 "a") (dict "k" nil)`, `-3 1e6 "z"`} {
			rows = append(rows, row{Template: strings.TrimRight(fmt.Sprintf("{{printf \"%s\" %s", format, args), " ") + "}}"})
		}
	}
	return family{name: "printf", templates: rows}
}

// Nested values in every way of writing them.
func nested() family {
	values := []string{
		`(dict "b" (dict "z" nil "a" (list 1 2.0 "x y" true nil)) "a" (list (list) (dict)) "" 1 "é" 2 "B" 3 "10" 4 "9" 5)`,
		`(list (split "," "a,b") (splitList "," "a,b") (until 3) (chunk 2 (list 1 2 3)))`, `(list nil (list nil (list nil)) (coalesce nil))`,
		`(list 1 1.0 1e6 1e-7 1e20 1e21 1e300 123456789.0 0.1 (int64 5) 'x' "1")`, `(list "a\xff" "\x00\t\n" "😀\u2028<&>'\"" "\u200b\ufeff\u00a0")`, `.`, `.M`, `.L`,
		`(list (list (list (list "deep"))))`, `(dict "a" (dict "a" (dict "a" (dict "a" "deep"))))`, `(list .EM .EL .E (list "") (dict "" ""))`, `(list (index "abc" 1) 2i true false)`,
	}
	var rows []row
	for _, value := range values {
		for _, way := range strings.Split(`print|println|printf "%v"|printf "%+v"|printf "%#v"|printf "%T"|printf "%s"|printf "%q"|printf "%d"|printf "%x"|printf "%5.1f"|printf "%#+v"|printf "%08v"|printf "%6q"|toString|toJson|toPrettyJson|toRawJson|toYaml|quote|squote|cat 1|html|js|urlquery|toStrings|join "-"|len|empty|kindOf|typeOf|deepCopy|sortAlpha|uniq|compact|reverse|first|last|rest|initial|mustToJson|b64enc|sha256sum|upper|list|toJson | fromJson | toJson|toJson | mustFromJson | printf "%#v"|toYaml | nindent 2|concat (list 0)|has nil|without nil|append (list)`, "|") {
			rows = append(rows, row{Template: "{{" + value + " | " + strings.ReplaceAll(way, " - ", "|") + "}}"})
		}
	}
	return family{name: "nested", templates: rows}
}

// Numbers that are hard to print or to convert, as data and as text.
func floats_() family {
	var rows []row
	for _, text := range strings.Fields("0 -0 1 -1 0.1 0.30000000000000004 1e5 100000 999999 1e6 1000000 1234567 12345678 1e20 1e21 -1e21 123456789012345680000 1e22 1e23 9007199254740991 9007199254740992 9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808 18446744073709551615 1.7976931348623157e308 5e-324 2.2250738585072014e-308 2.225073858507201e-308 1e-4 1e-5 0.0001 0.00001234 1e-6 1e-7 9.5e-7 1.5 2.5 -2.5 0.5 -0.5 1.005 2.675 4.35 1234.5678 123456.789 0.1e1 33.333333333333336 6.02214076e23 1e100 1e15 1e16 1e17 123456789.125 4294967296 2147483648") {
		rows = append(rows, row{
			Data:     rawNumber(text),
			Template: `{{.}} {{. | toString}} {{printf "%v %g %f %e %.3g %.0f %x" . . . . . . .}} {{int .}} {{int64 .}} {{float64 .}} {{toJson .}} {{toYaml .}} {{quote .}} {{floor .}} {{ceil .}} {{round . 2}} {{round . 0}} {{round . -3}} {{add . 1}} {{mul . 3}} {{max . 7}} {{min . 7}} {{toDecimal .}} {{not .}} {{empty .}} {{maxf . 1.5}} {{minf . 1.5}}`,
		}, row{Data: rawNumber(text), Template: `{{add1f .}} {{addf . 0.1}} {{subf . 0.1}} {{mulf . 1.1}} {{divf . 3}} {{divf 1 .}}`})
		rows = append(rows, row{Template: fmt.Sprintf(`{{%[1]s}} {{printf "%%T" %[1]s}} {{int "%[1]s"}} {{float64 "%[1]s"}} {{toDecimal "%[1]s"}} {{atoi "%[1]s"}} {{toYaml "%[1]s"}}`, text)})
		rows = append(rows, row{Template: fmt.Sprintf(`{{int "%[1]s"}} {{int64 "%[1]s"}} {{float64 "%[1]s"}} {{add "%[1]s" 1}} {{toDecimal "%[1]s"}} {{floor "%[1]s"}} {{round "%[1]s" 1}} {{max "%[1]s" 3}} {{addf "%[1]s" 1}} {{toYaml "%[1]s"}}`, text)})
	}
	for _, text := range strings.Split(`0x1F|0X1f|017|0o17|0b11|08|1_000|0x_1F|1__0|_1|1.0|1.50|10.00|+5|-5|- 5| 5|5 |1e3|1E3|.5|5.|-.5|Inf|-inf|+Infinity|NaN|nan|-nan|0x1p4|0x1.8p1|١|５|true|null||0.0|00|-0|99999999999999999999|-99999999999999999999|0777777777777777777777|1e400|1e-400|0x|0b2|1,5`, "|") {
		rows = append(rows, row{Template: fmt.Sprintf(`{{int "%[1]s"}} {{int64 "%[1]s"}} {{float64 "%[1]s"}} {{add "%[1]s" 1}} {{toDecimal "%[1]s"}} {{atoi "%[1]s"}} {{max "%[1]s" 3}} {{toYaml "%[1]s"}}`, text)},
			row{Template: fmt.Sprintf(`{{addf "%[1]s" 1}}`, text)}, row{Template: fmt.Sprintf(`{{mod 100 "%[1]s"}}`, text)}, row{Template: fmt.Sprintf(`{{mustSlice .LS "%[1]s"}}`, text)},
			row{Template: fmt.Sprintf(`{{fromJson "[%[1]s]" | toJson}}`, text)}, row{Template: fmt.Sprintf(`{{mustFromJson "[%[1]s]" | toJson}}`, text)})
	}
	return family{name: "floats", templates: rows}
}

type rawNumber string

func (n rawNumber) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// Regular expressions: the syntax of RE2, element by element.
func patterns() family {
	subject := "aAbB 01_é日😀\n\tfoo.bar(baz) foo-bar aaab xyz\r\n\u2028"
	var rows []row
	for _, pattern := range strings.Split(patternTable, "\n") {
		if pattern == "" {
			continue
		}
		quoted := quoteForTemplate(pattern)
		rows = append(rows,
			row{Template: "{{regexFindAll " + quoted + " . -1 | printf \"%q\"}}{{regexReplaceAll " + quoted + " . \"<$0|$1>\" | printf \"%q\"}}{{regexSplit " + quoted + " . 4 | printf \"%q\"}}", Data: subject},
		)
		rows = append(rows, templates("{{mustRegexMatch "+quoted+" \"abc\"}}", "{{regexMatch "+quoted+" \"\"}}{{regexFind "+quoted+" \"xaxbx\\nab\" | printf \"%q\"}}")...)
	}
	for _, replacement := range strings.Split("$1|${1}|$1x|${1}x|$$|$|$$1|${n}|$n|$nx|${n}x|${|${}|${1|$é|$01|${01}|$10|$0|\\\\1|$n$1|${n}${2}|$ 1|$1$2$3|é$1é", "|") {
		rows = append(rows, templates(`{{regexReplaceAll "(?P<n>a+)(b)?" "xaabyac" "`+replacement+`"}}{{mustRegexReplaceAllLiteral "a+" "xaaby" "`+replacement+`"}}`)...)
	}
	for _, n := range []string{"-1", "0", "1", "2", "3", "100"} {
		for _, p := range []string{`""`, `"a"`, `"a*"`, `","`, `"^"`, `"$"`, `"b|"`} {
			for _, s := range []string{`""`, `"a"`, `"banana"`, `"a,b,,c"`, `"日本"`, `"a\xffa"`} {
				rows = append(rows, templates("{{regexSplit "+p+" "+s+" "+n+" | printf \"%q\"}}{{regexFindAll "+p+" "+s+" "+n+" | printf \"%q\"}}{{regexReplaceAll "+p+" "+s+" \"<$0>\" | printf \"%q\"}}")...)
			}
		}
	}
	return family{name: "patterns", templates: rows}
}

func quoteForTemplate(text string) string {
	if !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	return fmt.Sprintf("%q", text)
}

const patternTable = `.
(?s).
(?s).+
a
(?i)a
(?i)É
(?i)k
(?i:A)b
a(?i)b
(?-i)a
(?i-s)a.
(?im)^f
(?m)^.
(?m).$
(?m)^$
^
$
^a
\A.
.\z
.\Z
\ba
\Bb
\bfoo\b
\w+
\W+
\d+
\D+
\s+
\S+
[[:alpha:]]+
[[:^alpha:]]+
[[:digit:][:space:]]+
[[:word:]]+
[[:punct:]]
[[:upper:]]
[[:lower:]]
[[:xdigit:]]+
[[:cntrl:]]
[[:graph:]]+
[[:print:]]+
[[:blank:]]
[[:alnum:]]+
[[:ascii:]]+
[[:foo:]]
\pL
\pL+
\p{L}+
\PL+
\p{Lu}
\p{^Lu}
\P{Lu}+
\p{Latin}+
\p{Han}
\p{Greek}
\pN
\p{Nd}
\p{So}
\p{Zs}
\p{Any}
\p{foo}
\p
\p{
\pX
[\pL]
[^\pL]+
[\p{Han}\d]
[\PN]
[a-c]
[^a-c]+
[a-]
[-a]
[]a]
[^]a]
[a
[z-a]
[a-\d]
[\d-z]
[\w.]+
[\]]
[\x41-\x43]
[é-ü]
[日😀]
[^\n]+
[a&&b]
[[a]]
x*
a*
a+
a?
a??
a*?
a+?
a{2}
a{2,}
a{1,2}
a{1,2}?
a{0}
a{,2}
a{2,1}
a{1001}
a{1000}
a{-1}
a{
a{1
a{1,
a{b}
a**
a*+
a++
a?+
a+*
a{2}{3}
(a{1000}){1000}
*
+
?
{1}
(*)
|*
^*
$+
\b+
(?:)*
()*
(a|b)*
(a*)*
(a*)+
(a|ab)(c|bcd)(d*)
a|ab
ab|a
a|b|
|a
||
(a)(b)?
(?:a)(b)
(?P<n>a)
(?<n>a)
(?P<n>a)(?P<m>b)
(?P<n>a)|(?P<n>b)
(?P<1n>a)
(?P<n-m>a)
(?P<n
(?P<>a)
(?P<é>a)
(?P=n)
(?P>n)
(?'n'a)
(?n)a
(?
(?i
(?i)
(?)a
(?:
(?:a
(?#c)a
(?=a)
(?!a)
(?<=a)b
(?<!a)b
(?>a)
(a
a)
(
)
()
(())
((a)(b))
\1
(a)\1
\0
\01
\012
\08
\101
\x41
\x{41}
\x{1F600}
\x{110000}
\x{}
\x4
\x
\u0041
\n
\t\w
\r\n
\a
\f
\v
\e
\cA
\Q.\E
\Qa.b
\Q(\Ebaz
\Q\E
\E
\.
\-
\_
\é
\"
\z
\Z
\G
\C
\R
\X
\h
\N
\K
\y
\
a\
(?U)a+
(?U)a+?
(?sU)a.*b
(?mU)^.*$
(?x)a b
foo.bar
foo\.bar
(foo|foo-bar)
(foo)(?:-(bar))?
.*
.*?
.+?b
[^a]*
(?s).*
\x{2028}
😀
[😀-😂]
(?i)ſ
(?i)[a-z]+
(?i)\x{212a}
(a+)(b+)?
((((((((((a))))))))))
(?:(?:(?:a)))
(x+x+)+y
(a?){20}a{20}
^(a+)+$
[[:alpha:]
[:alpha:]
[a-z&&[aeiou]]
a{1}{2}{3}
\pL{2}
.{3}
(?i)(?-i)A
(?i:a(?-i)B)
(?m:^)a
(?s:.)
(?^)
(?ii)a
(?i-i)a
(?i-)a
(?-)a
a(?i)b|c
日*
\x{fffd}
[^[:^digit:]]+
[\s\S]
[\D\d]{2}
[\Q]\E]
\b
\B
`

// Texts that YAML and JSON have to quote: alone, as keys, in lists, in maps.
func texts() family {
	var rows []row
	everything := `{{toYaml .}}|{{toJson .}}|{{toPrettyJson .}}|{{toRawJson .}}`
	add := func(text string) {
		data := map[string]interface{}{text: text, "l": []interface{}{text, []interface{}{text}}}
		rows = append(rows, row{Data: data, Template: everything})
	}
	for _, text := range strings.Split(textTable, "~") {
		add(text)
	}
	random := rand.New(rand.NewSource(1))
	pieces := strings.Split("a|b|0|1|.|-|:| |  |\n|\n\n|\t|#|'|\"|\\|&|*|!|%|@|?|,|[|]|{|}|<|>|=|~|^|é|日|😀|\u0085|\u2028|\ufeff|\x00|\x07|\x7f|\r|\u00a0|yes|null|_|+|e|x|true|://|- |: | #|---|...|0x|0o|word word", "|")
	pieces = append(pieces, "|", "`")
	for i := 0; i < 500; i++ {
		text := ""
		for n := 1 + random.Intn(6); n > 0; n-- {
			text += pieces[random.Intn(len(pieces))]
		}
		add(text)
	}
	for _, value := range []interface{}{
		map[string]interface{}{}, []interface{}{}, map[string]interface{}{"a": map[string]interface{}{}, "b": []interface{}{}, "c": nil, "d": "", "e": []interface{}{nil, []interface{}{}, map[string]interface{}{}, "", []interface{}{[]interface{}{1.0, []interface{}{}}}}},
		map[string]interface{}{"a10": 1, "a9": 2, "a1": 3, "A": 4, "b": 5, "1": 6, "10": 7, "2": 8, "": 9, "é": 10, "_": 11, "a-b": 12, "a.b": 13, "a b": 14, "01": 15, "1.5": 16, "true": 17, "null": 18, "~": 19},
		map[string]interface{}{"a1b2": 1, "a1b10": 2, "a01": 3, "a1": 4, "a001": 5, "x1.10": 6, "x1.9": 7, "v1.2.3": 8, "v1.10.3": 9, "a": 10, "aa": 11, "Ab": 12, "ab": 13, "日1": 14, "日02": 15, "a12345678901234567890": 16, "a12345678901234567891": 17},
		[]interface{}{map[string]interface{}{"a": 1, "b": []interface{}{map[string]interface{}{"c": 2}}}, []interface{}{[]interface{}{1, 2}, 3}},
		map[string]interface{}{"t": true, "f": false, "n": nil, "i": 1, "x": 1.5, "big": 1e21, "small": 1e-7, "neg": -0.5, "m": 1e6, "h": 123456789012345680000.0},
		map[string]interface{}{"long": strings.Repeat("word ", 60), "longer": strings.Repeat("x", 200), "lines": strings.Repeat("a line of text\n", 5), "key " + strings.Repeat("long ", 40): 1, strings.Repeat("k", 130): 2},
	} {
		rows = append(rows, row{Data: value, Template: everything + `{{toYaml . | nindent 2}}{{toJson . | fromJson | toYaml}}`})
	}
	rows = append(rows, templates(
		`{{toYaml nil}}`, `{{toYaml 1}}`, `{{toYaml 9223372036854775807}}`, `{{toYaml (int64 5)}}`, `{{toYaml true}}`, `{{toYaml 2i}}`, `{{toYaml (float64 "NaN")}}{{toYaml (float64 "Inf")}}{{toYaml (float64 "-Inf")}}`, `{{toYaml (mulf -1 0.0)}}`,
		`{{toYaml "a\xffb"}}`, `{{toYaml (list "\xff\xfe" "ok")}}`, `{{toYaml (dict "\xff" 1)}}`, `{{toYaml (split "," "a,b")}}`, `{{toYaml (until 3)}}`, `{{toYaml (splitList "," "b,a")}}`, `{{toYaml (chunk 2 .L)}}`, `{{toYaml (index "abc" 1)}}`, `{{toYaml .}}`,
		`{{toJson "a\xffb"}}`, `{{toJson (dict "\xff" 1 "\ufffd" 2)}}`, `{{toJson (float64 "NaN")}}`, `{{mustToJson (float64 "NaN")}}`, `{{toRawJson (float64 "NaN")}}`, `{{toPrettyJson (list (float64 "Inf"))}}`, `{{mustToPrettyJson (list (float64 "Inf"))}}`, `{{toJson 2i}}`, `{{mustToJson 2i}}`, `{{toRawJson 2i}}`, `{{toYaml (list (list) (dict) (dict "a" (list)))}}`,
	)...)
	for _, text := range strings.Split(jsonTable, "\n") {
		quoted := quoteForTemplate(text)
		rows = append(rows, templates("{{fromJson "+quoted+" | printf \"%#v\"}}", "{{mustFromJson "+quoted+" | printf \"%#v\"}}")...)
	}
	return family{name: "texts", templates: rows}
}

const textTable = `~a~ a~a ~ ~  ~null~Null~NULL~nUll~true~True~TRUE~tRue~false~yes~Yes~YES~no~No~on~On~ON~off~Off~y~Y~n~N~.inf~-.inf~+.Inf~.nan~.NaN~NaN~inf~0~-0~+1~1~01~0777~08~0o17~0x1F~0b101~1_000~1__0~0x_1~1.~.5~1.5~1e3~1E+3~1e~.e3~-.5~+.5~1.2.3~12:30~12:30:45~1:60~190:20:30~2001-01-01~2001-1-1~2001-01-01 10:00:00~2001-12-14t21:59:43.10-05:00~2001-12-14 21:59:43.10 -5~20010101~<<~=~!~!!str a~&a~*a~@a~%a~-~--~---~--- a~...~...a~- a~-a~? a~?a~: a~:a~a:~a: b~a :b~a:b~#a~a#~a #b~a# b~,~a,b~[a]~[~]~{a}~{~}~a{b}~|~>~|-~'~''~"~"a"~a'b~a"b~\~a\b~\n~a\tb~` +
	"a\nb~a\n~\na~\n~\n\n~a\n\nb~a\n\n~ a\nb~a\n b~a \nb~a\nb ~a\tb~\ta~a\t~a\n\tb~\r~a\rb~a\r\nb~\x00~a\x01b~\x07\x1b~\x7f~\u0080~\u0085~a\u0085b~\u00a0~\u2028~a\u2029b~\ufeff~a\ufeffb~\ufffd~\ufffe~é~日本~😀~a😀\nb~e\u0301~\u200b~`~``~- - a~key: {a: b}~a: |~http://x:80/y~C:\\x~a\\nb~<a>&</a>~$HOME~{{.x}}~%d~a & b~a * b~0.0~-0.0~1e400~0x~0b~0b2~0o8~00~123456789012345678901234567890~.~..~_~__~1_~_1~+~-1~+-1~e~1e1e1~0.1.1~null ~true~ true~~ false\n~#~ #~ # ~a:\nb: c~- a\n- b~a\nb\u2028~a\n\u2029~\n\u2028~\"\n~'\n~: ~ :~? ~- ~, ~a,~]a~}a~*~&~!a~@~%"

const jsonTable = `
null
true
tru
trux
fals
falsy
nul
nil
1
-
-1
-a
01
1.
1.5
1.x
.5
1e
1e+
1e5
1E-5
1e400
-1e400
[1, 1e400, 2]
0x1
+1
""
"
"a
"a\
"a\n"
"a\x"
"\u12"
"\u12g4"
"\u0041\u00e9\u65e5"
"\ud83d\ude00"
"\ud83d"
"\ude00\ud83d"
"\ud83dx"
"\ud83d\u0041"
"a	b"
"é日😀"
[
[]
[1
[1,
[1,]
[,]
[1 2]
[1,2]]
[[[]]]
{
{}
{"a"
{"a":
{"a":1
{"a":1,
{"a":1,}
{"a" 1}
{a:1}
{1:1}
{"a":1 "b":2}
{"a":1,"a":2}
{"a":{"b":[1,{"c":null}]}}
{"":""}
 [ 1 , 2 ] 
[1] x
[1][2]
'a'
"a" "b"
{"a":1}'
truefalse
nullx
[true,false,null]
é
[é]
{"é":é}
NaN
[Infinity]
// c
[1,/*c*/2]
{"b":1,"a":[],"c":{}}
123456789012345678901234567890
0.1
-0
-0.0
1e-400`

// Odd corners of the functions on words, widths and cuts.
func layouts() family {
	var rows []row
	words := []string{
		"", "a", "A", "ab", "AB", "aB", "Ab", "some_words", "some-words", "some words", "some  words", "_some_words_", "__a__b__", "-a-", " a b ", "HTTPServer", "HTTP_SERVER", "http2xx", "HTTP2XX", "GetHTTPResponseCode", "a1b2c3", "1a", "A1", "iPhone6s", "ID3v2Tag", "ÄÖÜ", "ärgerÜber", "größeÄnd", "日本Go語", "ǅabc", "ßtraße", "a.b.c", "a..b", "foo.Bar-Baz", "foo@bar#Baz", "x😀Y", "\ta\nb", "a\u00a0b", "It's", "o'neil-mc", "JSON-RPC_2.0", "v1Beta1", "CamelCASE", "ABCd", "aBCD", "A_B", "a_1", "1_a", "_1", "A__B", "a-_b", "İstanbul", "ﬀ", "Ⅷ", "٣a", "a٣",
	}
	for _, word := range words {
		quoted := fmt.Sprintf("%q", word)
		rows = append(rows, row{Data: word, Template: `{{camelcase .}}|{{snakecase .}}|{{kebabcase .}}|{{title .}}|{{untitle .}}|{{swapcase .}}|{{upper .}}|{{lower .}}|{{initials .}}|{{nospace .}}|{{trim .}}|{{len .}}`})
		_ = quoted
	}
	sentences := []string{"", "a", "word", "two words", "  leading", "trailing  ", "a b c d e f", "averyverylongword", "averyverylongword short", "short averyverylongword", "a\nb c\nd", "größe über alles", "日本 語 です", "x  y   z", "tab\tseparated text", "12345 12345 12345", "a-b-c d-e-f", "😀 😀😀 😀"}
	for _, sentence := range sentences {
		for _, width := range []int{-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 20} {
			rows = append(rows, row{Data: sentence, Template: fmt.Sprintf(
				`{{wrap %[1]d . | printf "%%q"}}|{{wrapWith %[1]d "/" . | printf "%%q"}}|{{abbrev %[1]d . | printf "%%q"}}|{{trunc %[1]d . | printf "%%q"}}|{{abbrevboth 3 %[1]d . | printf "%%q"}}|{{abbrevboth 5 %[1]d . | printf "%%q"}}|{{abbrevboth %[1]d 8 . | printf "%%q"}}`, width)},
				row{Data: sentence, Template: fmt.Sprintf(`{{substr %[1]d 6 . | printf "%%q"}}`, width)}, row{Data: sentence, Template: fmt.Sprintf(`{{substr 2 %[1]d . | printf "%%q"}}`, width)})
		}
		rows = append(rows, row{Data: sentence, Template: `{{indent 3 .}}|{{nindent 0 .}}|{{repeat 2 .}}|{{replace "a" "é" .}}|{{replace "" "-" .}}|{{splitList "" .}}|{{splitn " " 2 .}}|{{split "a" .}}|{{plural . "many" 1}}|{{trimAll "a w" .}}|{{cat . .}}|{{quote .}}|{{squote .}}|{{contains "a" .}}`})
	}
	for _, call := range strings.Split(`seq 0;seq 1;seq -2;seq 5 1;seq 1 1;seq 1 2 10;seq 10 -3 1;seq 10 3 1;seq 1 -1 5;seq 5 0 1;seq 0 0 0;seq 1 2;seq 2 1 2;seq 2 -1 2;until 0;until 1;until -1;until -5;untilStep 0 0 1;untilStep 0 5 -1;untilStep 5 0 -2;untilStep 5 0 1;untilStep -3 3 3;untilStep 1 2 0;untilStep 9223372036854775800 9223372036854775806 3;untilStep -9223372036854775808 -9223372036854775800 5;plural "a" "b" 0;plural "a" "b" -1;plural "a" "b" 1;round 0.5 0;round 1.5 0;round -0.5 0;round -1.5 0;round 2.5 0;round 123.456 1;round 123.456 -1;round 123.456 20;round 1.005 2;round -123.5555 3;round 123.5555 3 0.6;round 123.5555 3 0.0;round 123.5555 3 1.0;round 123.5555 3 -1.0;round "1.55" 1;round 1e308 2;round 5e-324 1;round .huge 0;floor -0.5;ceil -0.5;ceil 0.0001;floor 1e300;ceil "1.1";floor true;floor nil;floor (list)`, ";") {
		rows = append(rows, templates("{{"+call+"}}", "{{"+call+` | printf "%T %#[1]v"}}`)...)
	}
	return family{name: "layouts", templates: rows}
}
