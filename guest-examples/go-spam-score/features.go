package main

import (
	"regexp"
	"strings"
	"unicode"
)

// features are the classifier's input: words, the hosts of links, and the style of the text. Each counts once.
type features map[string]bool

const mostFeatures = 500

// The expressions are compiled once, when the program is deployed.
var (
	links         = regexp.MustCompile(`(?i)https?://([^\s/:?#]+)`)
	shoutingMarks = regexp.MustCompile(`[!$€]{2,}`)
	words         = regexp.MustCompile(`[\p{L}\p{N}']{2,30}`)
)

func featuresOf(text string) features {
	found := features{}
	for _, link := range links.FindAllStringSubmatch(text, -1) {
		found["has:link"], found["host:"+strings.ToLower(link[1])] = true, true
	}
	if shoutingMarks.MatchString(text) {
		found["has:shouting marks"] = true
	}
	letters, capitals := 0, 0
	for _, character := range text {
		if unicode.IsLetter(character) {
			letters++
		}
		if unicode.IsUpper(character) {
			capitals++
		}
	}
	if letters >= 20 && capitals > letters/2 {
		found["has:capitals"] = true
	}
	for _, word := range words.FindAllString(strings.ToLower(text), -1) {
		if len(found) >= mostFeatures {
			break
		}
		found[word] = true
	}
	return found
}
