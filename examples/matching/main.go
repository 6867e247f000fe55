// Command matching shows what package dedupe finds in lists whose truth is known:
// a line each with precision, recall, F1 of the pairs in one cluster, B-cubed,
// comparisons, processor time, and the most memory that the process had so far.
//
//	go run ./examples/matching -data ../shared/data/dedupe
//	go run ./examples/matching -synthetic 10000,100000,1000000
//	go run ./examples/matching -set people.csv -truth person_id -type born=date,note=
//	go run ./examples/matching -set ours.csv -set theirs.csv -truth person_id
//
// -data reads the sets that it knows from a folder, and says which of them are not
// there. -set reads a CSV file of your own; given twice, the files are two lists of which none
// has duplicates of its own. The types of columns are guessed from the headers and the
// values unless -type says them (empty: leave the column out); below the table stands
// what each column was taken for, of the sets of -data with -columns. The column of the truth
// is not compared; of ids as the generator Febrl writes them, rec-12-dup-0, it
// is 12. -synthetic makes
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
	"runtime/debug"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // a command that ends soon lets garbage lie rather than look for it
	}
	if err := command(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "matching:", err)
		os.Exit(1)
	}
}

// command reads the arguments and judges each set.
func command(ctx context.Context, args []string, out io.Writer) error {
	var data, truth, types, only, made string
	var own []string
	var easy, columns bool
	f := flag.NewFlagSet("matching", flag.ContinueOnError)
	f.StringVar(&data, "data", "", "`folder` of sets that are known")
	f.StringVar(&only, "only", "", "with -data: `names` of sets, parted by commas; default: all")
	f.Func("set", "a CSV `file`; several are as many lists", func(file string) error {
		own = append(own, file)
		return nil
	})
	f.BoolVar(&columns, "columns", false, "with -data: what columns are taken for")
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
	case made != "" && data == "" && len(own) == 0:
		sets, err = madeUp(made, easy)
	case data != "" && made == "" && len(own) == 0:
		sets, err = known(data, only)
	case len(own) > 0 && truth != "" && made == "" && data == "":
		sets, err = given(own, truth, types)
	default:
		err = errors.New("say -data FOLDER, -synthetic NUMBERS, or -set FILE -truth COLUMN")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-20s %8s %9s %9s %9s %9s %11s %8s %8s\n", "set", "records", "precision", "recall", "F1", "B-cubed", "comparisons", "CPU s", "peak MB")
	var notes strings.Builder
	for _, s := range sets {
		row, taken, err := s.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintln(out, row)
		if taken != "" && s.made == 0 && (columns || len(own) > 0) {
			fmt.Fprintf(&notes, "\n%s\n%s", s.name, taken)
		}
	}
	_, err = io.WriteString(out, notes.String())
	return err
}

// given is the set of the arguments.
func given(files []string, truth, types string) ([]set, error) {
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	s := set{name: strings.Join(names, " and "), files: files, truth: truth, types: map[string]string{}}
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
