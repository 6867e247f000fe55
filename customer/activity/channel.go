package activity

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The built-in channels.
const (
	ChannelCall   = "call"   // a telephone call
	ChannelMail   = "mail"   // an e-mail
	ChannelSMS    = "sms"    // a text message
	ChannelSocial = "social" // likes, comments and moments of a social network
	ChannelEvent  = "event"  // a meeting, a fair, a seminar, on the spot or online
	ChannelVisit  = "visit"  // somebody went to somebody's place
	ChannelChat   = "chat"   // instant messages
	ChannelWeb    = "web"    // the web site: pages looked at, forms sent
	ChannelTicket = "ticket" // a case of the service desk
	ChannelOrder  = "order"  // an order or a payment
)

var builtIn = []string{ChannelCall, ChannelMail, ChannelSMS, ChannelSocial, ChannelEvent, ChannelVisit, ChannelChat, ChannelWeb, ChannelTicket, ChannelOrder}

// ErrUnknownChannel: an interaction names a channel that is neither built in nor
// registered.
var ErrUnknownChannel = errors.New("unknown channel")

// Channels are the channels that a host registers beside the built-in ones.
type Channels []string

// Check returns a *ChannelError for a channel that is neither built in nor
// registered.
func (c Channels) Check(channel string) error {
	if slices.Contains(builtIn, channel) || slices.Contains(c, channel) {
		return nil
	}
	return &ChannelError{Channel: channel, Known: slices.Concat(builtIn, c)}
}

// A ChannelError is an ErrUnknownChannel.
type ChannelError struct {
	Channel string
	Known   []string // those that would have passed
}

func (e *ChannelError) Error() string {
	return fmt.Sprintf("%v %q: use one of %s, or register it in Recorder.Channels", ErrUnknownChannel, e.Channel, strings.Join(e.Known, ", "))
}

// Is makes errors.Is(err, ErrUnknownChannel) true.
func (e *ChannelError) Is(target error) bool { return target == ErrUnknownChannel }
