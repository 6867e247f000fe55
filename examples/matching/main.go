// Command matching shows what package dedupe finds in lists whose truth is known:
// a line each with precision, recall, F1 of the pairs in one cluster, B-cubed,
// comparisons, processor time, and the most memory that the process had so far.
//
//	go run ./examples/matching -data ../shared/data/dedupe
//	go run ./examples/matching -synthetic 10000,100000,1000000
//	go run ./examples/matching -set people.csv -truth person_id -type born=date,note=
//
// -data reads the sets that the folder has of those that it knows. -set reads a
// CSV file of your own; the types of its columns are guessed from the header and
// the values unless -type says them (empty: leave the column out). -synthetic makes
// records up, the same ones every time; one person of ten lives with another, with
// -easy nobody does. Nothing is labelled and no threshold chosen: the truth is only
// used to judge.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := command(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "matching:", err)
		os.Exit(1)
	}
}

// command reads the arguments and judges each set.
func command(ctx context.Context, args []string, out io.Writer) error {
	var data, own, truth, types, only, made string
	var easy bool
	f := flag.NewFlagSet("matching", flag.ContinueOnError)
	f.StringVar(&data, "data", "", "`folder` of sets that are known")
	f.StringVar(&only, "only", "", "with -data: `names` of sets, parted by commas; default: all")
	f.StringVar(&own, "set", "", "a CSV `file`")
	f.StringVar(&truth, "truth", "", "with -set: the `column` that names the entity")
	f.StringVar(&types, "type", "", "with -set: `column=type,...` where the guess is wrong")
	f.StringVar(&made, "synthetic", "", "`numbers` of records to make up, parted by commas")
	f.BoolVar(&easy, "easy", false, "with -synthetic: nobody lives with another")
	if err := f.Parse(args); err != nil {
		return err
	}
	var sets []set
	var err error
	switch {
	case made != "" && data == "" && own == "":
		sets, err = madeUp(made, easy)
	case data != "" && made == "" && own == "":
		sets, err = known(data, only)
	case own != "" && truth != "" && made == "" && data == "":
		sets, err = given(own, truth, types)
	default:
		err = errors.New("say -data FOLDER, -synthetic NUMBERS, or -set FILE -truth COLUMN")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-20s %8s %9s %9s %9s %9s %11s %8s %8s\n", "set", "records", "precision", "recall", "F1", "B-cubed", "comparisons", "CPU s", "peak MB")
	for _, s := range sets {
		line, err := s.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintln(out, line)
	}
	return nil
}

// given is the set of the arguments.
func given(file, truth, types string) ([]set, error) {
	s := set{name: filepath.Base(file), files: []string{file}, truth: truth, guess: true, types: map[string]string{}}
	for _, pair := range strings.FieldsFunc(types, func(r rune) bool { return r == ',' }) {
		column, typ, found := strings.Cut(pair, "=")
		if !found {
			return nil, fmt.Errorf("-type %q: write column=type", pair)
		}
		s.types[column] = typ
	}
	return []set{s}, nil
}

// madeUp are sets of so many records.
func madeUp(numbers string, easy bool) (sets []set, err error) {
	for number := range strings.SplitSeq(numbers, ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 50_000_000 {
			return nil, fmt.Errorf("-synthetic %q: write numbers from 1 to 50,000,000", numbers)
		}
		name := "synthetic"
		if easy {
			name = "synthetic, easy"
		}
		sets = append(sets, set{name: name, made: n, easy: easy})
	}
	return sets, nil
}

// known are the sets of a folder.
func known(folder, only string) ([]set, error) {
	var sets []set
	for _, s := range knownSets {
		if only != "" && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		files := s.files
		s.files = nil
		for _, file := range files {
			s.files = append(s.files, filepath.Join(folder, file))
		}
		if _, err := os.Stat(s.files[0]); err == nil {
			sets = append(sets, s)
		}
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no set that is known in %s", folder)
	}
	return sets, nil
}
