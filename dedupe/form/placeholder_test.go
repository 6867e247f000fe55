package form

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	var p *Placeholders
	for _, number := range []string{
		"13800138000", "138 0013 8000", "+86 13800138000", "+8613800138000", "0086-13800138000", "13888888888", "13800000000", "13812345678", "12345678901", "1234567890",
		"98765432", "000000", "11111111", "010-12345678", "+1 212-555-0123", "2125550199", "555-0123",
	} {
		require.True(t, p.Phone(number), number)
	}
	for _, number := range []string{
		"", "13800138001", "13900139000", "13912349876", "0571-88888888", "400-888-8888", "010-61234567", "13955501234", "+8613055550123", "2125551234", "+49 30 123456", "110", "95588",
	} {
		require.False(t, p.Phone(number), number)
	}
	for _, address := range []string{"test@test.com", "TEST@example.com", "noreply@acme.cn", "li@nomail.com", " none@qq.com"} {
		require.True(t, p.Mail(address), address)
	}
	for _, address := range []string{"", "test", "ming@example.com", "testa@qq.com", "info@acme.cn", "13800138000@qq.com", "li@test.com.cn"} {
		require.False(t, p.Mail(address), address)
	}
	require.Equal(t, p.Entries(), DefaultPlaceholders().Entries())
}

// A host has a list of its own, alone or beside the default one.
func TestNewPlaceholders(t *testing.T) {
	t.Parallel()
	own := NewPlaceholders("139 0013 9000", "Me@here.com", "front.desk@", "@hotel.example")
	require.True(t, own.Phone("+8613900139000"))
	require.True(t, own.Mail("me@here.com"))
	require.True(t, own.Mail("front.desk@other.com"))
	require.True(t, own.Mail("guest7@hotel.example"))
	require.False(t, own.Phone("13800138000"))
	require.False(t, own.Phone("00000000"))
	require.False(t, own.Mail("test@test.com"))
	require.Equal(t, own.Entries(), NewPlaceholders(own.Entries()...).Entries())

	both := NewPlaceholders(append(DefaultPlaceholders().Entries(), own.Entries()...)...)
	require.True(t, both.Phone("13900139000") && both.Phone("13800138000") && both.Phone("13888888888"))
	require.False(t, NewPlaceholders().Phone("13800138000"))
}

func FuzzPlaceholders(f *testing.F) {
	f.Add("+86 13800138000")
	f.Add("00")
	f.Add("@")
	f.Fuzz(func(t *testing.T, text string) {
		p := NewPlaceholders(text)
		require.Equal(t, p.Entries(), NewPlaceholders(p.Entries()...).Entries())
		DefaultPlaceholders().Phone(text)
		DefaultPlaceholders().Mail(text)
	})
}
