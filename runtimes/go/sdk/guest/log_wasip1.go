//go:build plinth

package guest

import (
	"bytes"
	"context"
	"log"
	"log/slog"
)

// The packages log and log/slog write to the tenant's log, with slog's levels. The host stamps each entry with the time and
// keeps its lines together, so the entry needs neither. Standard output and error go to the host unchanged.

func init() {
	slog.SetDefault(slog.New(newLogHandler(logLine)))
	// SetDefault has sent package log through slog. The way below is shorter.
	log.SetFlags(0)
	log.SetOutput(logWriter{})
}

// Levels of hostLog.
const (
	levelDebug uint32 = iota
	levelInfo
	levelWarn
	levelError
)

func hostLevel(level slog.Level) uint32 {
	switch {
	case level < slog.LevelInfo:
		return levelDebug
	case level < slog.LevelWarn:
		return levelInfo
	case level < slog.LevelError:
		return levelWarn
	}
	return levelError
}

// logWriter takes the entries of package log. Each call has one entry.
type logWriter struct{}

func (logWriter) Write(entry []byte) (int, error) {
	logLine(levelInfo, bytes.TrimSuffix(entry, []byte("\n")))
	return len(entry), nil
}

// logHandler writes the message, and then the attributes in the form of slog.TextHandler.
type logHandler struct {
	// attributes writes to line, each record in one call.
	attributes slog.Handler
	line       *lastLine
	emit       func(level uint32, line []byte)
}

// lastLine keeps the last written text. Only one goroutine runs at a time, so a handler's text is still there when the
// handler returns.
type lastLine struct {
	text []byte
}

func (l *lastLine) Write(line []byte) (int, error) {
	l.text = append(l.text[:0], line...)
	return len(line), nil
}

func newLogHandler(emit func(level uint32, line []byte)) logHandler {
	line := &lastLine{}
	options := &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && (a.Key == slog.LevelKey || a.Key == slog.MessageKey) && isRecord(a) {
				return slog.Attr{}
			}
			return a
		},
	}
	return logHandler{slog.NewTextHandler(line, options), line, emit}
}

// isRecord distinguishes the record's own level and message, which Handle leaves empty, from attributes of the same key.
func isRecord(a slog.Attr) bool {
	if a.Key == slog.LevelKey {
		_, ok := a.Value.Any().(slog.Level)
		return ok
	}
	return a.Value.Kind() == slog.KindString && a.Value.String() == ""
}

func (h logHandler) Enabled(_ context.Context, level slog.Level) bool {
	// The level is that of slog's own default handler. The only way to read it is to set it.
	least := slog.SetLogLoggerLevel(slog.LevelInfo)
	slog.SetLogLoggerLevel(least)
	return level >= least
}

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	attributes := slog.Record{Level: record.Level, PC: record.PC}
	record.Attrs(func(a slog.Attr) bool {
		attributes.AddAttrs(a)
		return true
	})
	if err := h.attributes.Handle(ctx, attributes); err != nil {
		return err
	}
	line := []byte(record.Message)
	if text := bytes.TrimSuffix(h.line.text, []byte("\n")); len(text) > 0 {
		line = append(append(line, ' '), text...)
	}
	h.emit(hostLevel(record.Level), line)
	return nil
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.attributes.WithAttrs(attrs), h.line, h.emit}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.attributes.WithGroup(name), h.line, h.emit}
}
