package zap

import (
	"fmt"
	"net/http"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	encoder := zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "msg", LevelKey: "level", EncodeLevel: zapcore.LowercaseLevelEncoder})
	log := zap.New(zapcore.NewCore(encoder, zapcore.AddSync(w), zap.DebugLevel)).With(zap.String("app", "shop"))
	log.Info("done", zap.Int("n", 3), zap.Strings("s", []string{"a"}))
	log.Sugar().Errorw("bad", "v", map[string]int{"a": 1}, "err", fmt.Errorf("x"))
})
