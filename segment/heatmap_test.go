package segment_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

func smallHeatMap(t *testing.T) *segment.HeatMap {
	t.Helper()
	h, err := smallResult(t).HeatMap()
	require.NoError(t, err)
	return h
}

func TestHeatMapCells(t *testing.T) {
	t.Parallel()
	h := smallHeatMap(t)
	require.Equal(t, [][]segment.Group{
		{{Customers: 2, Orders: 2, Revenue: 10000}, {}, {Customers: 1, Orders: 1, Revenue: 9000}},
		{{}, {}, {}},
		{{Customers: 1, Orders: 3, Revenue: 234567}, {}, {Customers: 1, Orders: 3, Revenue: 1000000}},
	}, h.Cells)
}

func TestHeatMapSVG(t *testing.T) {
	t.Parallel()
	golden(t, "heatmap_zh.svg", smallHeatMap(t).SVG(segment.Chinese))
	golden(t, "heatmap_en.svg", smallHeatMap(t).SVG(segment.English))
}

func TestHeatMapVegaLite(t *testing.T) {
	t.Parallel()
	spec, err := smallHeatMap(t).VegaLite(segment.Chinese)
	require.NoError(t, err)
	golden(t, "heatmap_zh.vl.json", append(spec, '\n'))
	var read struct {
		Data struct {
			Values []struct {
				R, F, Customers int
				Mean            float64
			}
		}
	}
	require.NoError(t, json.Unmarshal(spec, &read))
	require.Len(t, read.Data.Values, 9)
	require.Equal(t, 10000.0, read.Data.Values[8].Mean)
}

// The picture is well-formed whatever the host puts into its texts.
func TestHeatMapSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	for _, currency := range []string{"CNY", `"><script>alert(1)</script>`, "a&b\x00\xff"} {
		h := smallHeatMap(t)
		h.Currency = currency
		for _, language := range []segment.Language{segment.English, segment.Chinese, `x" onload="`} {
			elements := svgElements(t, h.SVG(language))
			require.Zero(t, elements["script"])
			require.Equal(t, 1, elements["svg"])
			require.Equal(t, 1+9+50, elements["rect"], "background, cells, legend")
		}
	}
}

// svgElements reads a picture strictly and counts its elements.
func svgElements(t *testing.T, picture []byte) map[string]int {
	t.Helper()
	require.False(t, bytes.Contains(picture, []byte(" onload=\"\"")))
	elements := map[string]int{}
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return elements
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			elements[start.Name.Local]++
			for _, attribute := range start.Attr {
				require.False(t, strings.HasPrefix(attribute.Name.Local, "on"), "a handler got in")
			}
		}
	}
}

// Heat maps exist for every number of bins, and for nobody at all.
func TestHeatMapSizes(t *testing.T) {
	t.Parallel()
	for bins := 2; bins <= 10; bins++ {
		options := segment.Options{AsOf: noon, Scoring: segment.Scoring{Bins: bins}}
		result, err := segment.RFM(stream(thousand()...), options)
		require.NoError(t, err)
		h, err := result.HeatMap()
		require.NoError(t, err)
		all := 0
		for _, line := range h.Cells {
			for _, cell := range line {
				all += cell.Customers
			}
		}
		require.Equal(t, len(result.Rows), all)
		require.Equal(t, 1+bins*bins+50, svgElements(t, h.SVG(segment.English))["rect"])

		result, err = segment.RFM(stream[string](), options)
		require.NoError(t, err)
		h, err = result.HeatMap()
		require.NoError(t, err)
		require.Equal(t, 1+bins*bins+50, svgElements(t, h.SVG(segment.Chinese))["rect"])
	}
}
