package storagetest

import "slices"

// themes returns the cases of each theme, in the order in which they run.
func themes() [][]Case {
	var list [][]Case
	for _, cases := range [][]Case{
		recordCases(), deletionCases(), valueCases(), aliasingCases(),
		slices.Concat(transactionCases(), tryCases()), contextCases(), tenantCases(), pageCases(), leaseCases(), queryCases(), aggregateCases(),
		concurrencyCases(), refCases(), derivedCases(), watchCases(), anyCases(), logCases(), tamperCases(), customCases(), kindCases(),
		lookCases(), guardCases(), transferCases(), driverCases(), linearCases(), randomCases(),
	} {
		list = append(list, split(cases)...)
	}
	return list
}

// split parts cases, in which those of one theme stand together, by theme.
func split(cases []Case) [][]Case {
	var list [][]Case
	for i, c := range cases {
		if i == 0 || c.Theme() != cases[i-1].Theme() {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], c)
	}
	return list
}
