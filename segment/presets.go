package segment

import (
	"bytes"
	"encoding/json"
	"io"
)

// ParseMap reads a map from JSON, strictly: unknown fields, text behind the
// map and everything that Check refuses are errors, InvalidErrors all. Marshal
// a Map with encoding/json to write one.
//
//	{"rules": [
//	  {"name": "Champions", "labels": {"zh": "重要价值客户"}, "r": [4, 5], "f": [4, 5]},
//	  {"name": "Lost", "r": [1, 1]}
//	], "rest": "Others"}
func ParseMap(data []byte) (Map, error) {
	var m Map
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return Map{}, &InvalidError{"segment map", err.Error()}
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Map{}, &InvalidError{"segment map", "there is more text behind the map"}
	}
	if err := m.Check(); err != nil {
		return Map{}, err
	}
	return m, nil
}

// DefaultMap returns eleven segments for scores of 1 to 5, with English names
// and Chinese labels. It covers every score, so its rest stays empty, and
// every rule can match. It is meant as a start: the limits are a convention,
// and a host that knows its customers changes them.
//
// Monetary value tells apart only the best and the lost best. In the other
// segments frequency and recency, which a shop can influence, decide.
func DefaultMap() Map {
	return Map{Bins: 5, Rules: []Rule{
		block("Champions", "重要价值客户", Range{4, 5}, Range{4, 5}, Range{4, 5}),
		block("Loyal Customers", "忠诚客户", Range{3, 5}, Range{4, 5}, Range{1, 5}),
		block("Potential Loyalists", "潜在忠诚客户", Range{4, 5}, Range{2, 3}, Range{1, 5}),
		block("New Customers", "新客户", Range{5, 5}, Range{1, 1}, Range{1, 5}),
		block("Promising", "潜力客户", Range{4, 4}, Range{1, 1}, Range{1, 5}),
		block("Need Attention", "需要关注客户", Range{3, 3}, Range{3, 3}, Range{1, 5}),
		block("About To Sleep", "即将沉睡客户", Range{3, 3}, Range{1, 2}, Range{1, 5}),
		block("Can't Lose Them", "重要挽留客户", Range{1, 2}, Range{4, 5}, Range{4, 5}),
		block("At Risk", "流失风险客户", Range{1, 2}, Range{3, 5}, Range{1, 5}),
		block("Hibernating", "沉睡客户", Range{2, 2}, Range{1, 2}, Range{1, 5}),
		block("Lost", "流失客户", Range{1, 1}, Range{1, 2}, Range{1, 5}),
	}}
}

// EightMap returns the eight segments that Chinese textbooks divide customers
// into, each dimension being high or low; high is a score of 4 or 5, above the
// middle. 重要 (important) means high M and 一般 (ordinary) low M; within each,
// 价值 has R and F high, 发展 only R, 保持 only F, and 挽留 neither. It covers
// every score of 1 to 5.
func EightMap() Map {
	low, high := Range{1, 3}, Range{4, 5}
	return Map{Bins: 5, Rules: []Rule{
		block("Important Value", "重要价值客户", high, high, high),
		block("Important Development", "重要发展客户", high, low, high),
		block("Important Keep", "重要保持客户", low, high, high),
		block("Important Retain", "重要挽留客户", low, low, high),
		block("Ordinary Value", "一般价值客户", high, high, low),
		block("Ordinary Development", "一般发展客户", high, low, low),
		block("Ordinary Keep", "一般保持客户", low, high, low),
		block("Ordinary Retain", "一般挽留客户", low, low, low),
	}}
}

// block returns a rule with a Chinese label.
func block(name, chinese string, r, f, m Range) Rule {
	return Rule{Name: name, Labels: map[Language]string{Chinese: chinese}, R: r, F: f, M: m}
}
