package intake

import (
	"errors"
	"strings"
	"time"
)

var errNotClock = errors.New("has a date but no time that can be read behind it; write it like 2025-01-31 15:04:05 or 2025-01-31T15:04:05+08:00")

// clock reads what stands behind a date: a space or T, the time of day and
// perhaps a zone.
func (c civil) clock(s string) (civil, error) {
	if !strings.Contains(" Tt", s[:1]) {
		return civil{}, errNotClock
	}
	s = strings.TrimLeft(s[1:], " ")
	end := strings.IndexAny(s, "Zz+-")
	if end < 0 {
		end = len(s)
	}
	if !c.readTime(strings.TrimRight(s[:end], " ")) || !c.readZone(s[end:]) {
		return civil{}, errNotClock
	}
	return c, nil
}

// readTime reads 15:04, 15:04:05 or 15:04:05.999.
func (c *civil) readTime(s string) bool {
	hour, rest, _ := strings.Cut(s, ":")
	minute, rest, seconds := strings.Cut(rest, ":")
	second, fraction, fine := strings.Cut(rest, ".")
	if !digitsOnly(hour) || len(hour) > 2 || !twoDigits(minute) || seconds && !twoDigits(second) {
		return false
	}
	if fine && (!digitsOnly(fraction) || len(fraction) > 9) {
		return false
	}
	c.hour, c.minute, c.second, c.timed = small(hour), small(minute), small(second), true
	for i := range 9 {
		c.nano *= 10
		if i < len(fraction) {
			c.nano += int(fraction[i] - '0')
		}
	}
	return c.hour < 24 && c.minute < 60 && c.second < 60
}

// readZone reads Z, +08:00 or +0800. Nothing leaves the zone open.
func (c *civil) readZone(s string) bool {
	switch s {
	case "":
		return true
	case "Z", "z":
		c.zone = time.UTC
		return true
	}
	hour, minute, ok := strings.Cut(s[1:], ":")
	if !ok && len(hour) == 4 {
		hour, minute = hour[:2], hour[2:]
	}
	if !twoDigits(hour) || !twoDigits(minute) || small(hour) > 23 || small(minute) > 59 {
		return false
	}
	offset := small(hour)*3600 + small(minute)*60
	if s[0] == '-' {
		offset = -offset
	}
	c.zone = time.FixedZone("", offset)
	return true
}

// twoDigits reports whether s is two ASCII digits.
func twoDigits(s string) bool { return len(s) == 2 && digitsOnly(s) }
