package imaging

import (
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"net/http"

	"github.com/disintegration/imaging"
)

// Handler answers the requests of the program.
var Handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	m := imaging.New(40, 30, color.NRGBA{200, 100, 50, 255})
	m = imaging.Paste(m, imaging.New(10, 10, color.White), image.Pt(5, 5))
	m = imaging.Blur(imaging.Resize(m, 17, 0, imaging.Lanczos), 1.5)
	fmt.Fprintf(w, "%v %x\n", m.Bounds(), sha256.Sum256(m.Pix))
})
