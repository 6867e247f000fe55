package segment

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Tier is one class of value: scores from From upwards, up to the next tier.
type Tier struct {
	Name string
	From decimal.Decimal // inclusive
}

// Tiers are classes of value from the highest to the lowest, over scores of any
// scale. Comparisons are exact decimal ones: 79.99 is below 80, and so is
// 79.999999999999999999.
type Tiers []Tier

// HighMediumLow returns the tiers "high" from one cut-off on, "medium" from
// another and "low" from 0 on. With 80 and 40: 80 is high, 79.99 and 40 are
// medium, 39.99 is low. It returns an InvalidError unless high > medium > 0.
func HighMediumLow(high, medium decimal.Decimal) (Tiers, error) {
	tiers := Tiers{{Name: "high", From: high}, {Name: "medium", From: medium}, {Name: "low"}}
	return tiers, tiers.Check()
}

// Check returns an InvalidError unless there is a tier, every tier has a name,
// and From falls strictly from each tier to the next.
func (t Tiers) Check() error {
	if len(t) == 0 {
		return &InvalidError{"Tiers", "none given"}
	}
	for i, tier := range t {
		name := fmt.Sprintf("tier %d (%s)", i+1, tier.Name)
		if strings.TrimSpace(tier.Name) == "" {
			return &InvalidError{name, "a tier needs a name"}
		}
		if i > 0 && !tier.From.LessThan(t[i-1].From) {
			return &InvalidError{name, fmt.Sprintf("From %s must be below the %s of the tier before",
				shortDecimal(tier.From), shortDecimal(t[i-1].From))}
		}
	}
	return nil
}

// Of returns the name of the tier that a score lies in, and false for a score
// below the lowest tier. The tiers must be in order, see Check.
func (t Tiers) Of(score decimal.Decimal) (name string, ok bool) {
	for _, tier := range t {
		if score.GreaterThanOrEqual(tier.From) {
			return tier.Name, true
		}
	}
	return "", false
}
