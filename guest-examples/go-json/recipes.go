package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
)

type Recipe struct {
	Name        string             `json:"name"`
	Portions    int                `json:"portions"`
	Ingredients map[string]float64 `json:"ingredients"` // in grams
}

const mostPortions = 500

var cookbook = map[string]Recipe{
	"pancakes": {"pancakes", 4, map[string]float64{"flour": 250, "milk": 500, "egg": 120}},
	"dal":      {"dal", 2, map[string]float64{"lentils": 150, "onion": 80, "ghee": 30}},
	"quiche":   {"quiche", 6, map[string]float64{"flour": 200, "butter": 100, "egg": 240, "leek": 300}},
}

func names() []string {
	return slices.Sorted(maps.Keys(cookbook))
}

func find(name string) (Recipe, error) {
	recipe, ok := cookbook[name]
	if !ok {
		return Recipe{}, failure{http.StatusNotFound, fmt.Sprintf("there is no recipe for %q", name)}
	}
	return recipe, nil
}

func (r Recipe) scale(portions int) (Recipe, error) {
	if portions < 1 || portions > mostPortions {
		return Recipe{}, failure{http.StatusUnprocessableEntity, fmt.Sprintf("portions must be between 1 and %d", mostPortions)}
	}
	scaled := Recipe{r.Name, portions, make(map[string]float64, len(r.Ingredients))}
	for ingredient, grams := range r.Ingredients {
		scaled.Ingredients[ingredient] = grams * float64(portions) / float64(r.Portions)
	}
	return scaled, nil
}

func needed(wanted map[string]int) (map[string]float64, error) {
	sum := map[string]float64{}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		recipe, err := find(name)
		if err != nil {
			return nil, err
		}
		scaled, err := recipe.scale(wanted[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for ingredient, grams := range scaled.Ingredients {
			sum[ingredient] += grams
		}
	}
	return sum, nil
}
