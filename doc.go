// Package clientele embeds customer management in a Go application.
package clientele
