// Package pinyin makes the keys by which a Chinese name is found from a Latin
// keyboard: 曾小明 by "zengxiaoming" and "zxm".
//
//	keys := pinyin.Keys("曾小明")             // zengxiaoming, zxm
//	wanted := pinyin.Query("Zeng Xiaoming") // zengxiaoming
//
// A host stores the keys of a name beside it, in a field that is a set of
// texts, and finds by equality or by prefix with what Query makes of the words
// of the person who searches.
//
// Readings come from three places, the first that knows wins: the surname at
// the beginning of a name (曾 is zeng, 单 is shan, 尉迟 is yuchi), words whose
// characters read differently in them (重庆, 银行, 厦门), and the single
// characters, by a short table of our own and then that of
// github.com/mozillazg/go-pinyin. Where two readings are common, there are keys
// for both. Traditional characters read like simple ones.
//
// Non-guarantees: a name does not tell how its owner reads it, so that a rare
// reading of a given name is missed; words that are in no table get the most
// frequent readings of their characters. Keys are for finding and not for
// printing a name in Latin letters. Readings may be added and put right in a
// later version: keys that are stored are then to be made again.
//
// Hosts that do not import the package do not pay for go-pinyin's table: 1.2 MB
// of the program and, at its start, 3 to 6 ms and 1.8 MB of memory (measured on
// two cores of a shared machine).
package pinyin
