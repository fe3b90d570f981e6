package message

import (
	"fmt"
	"log"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sniffBytes is the length of the part of a body that http.DetectContentType reads.
const sniffBytes = 512

// Response is the http.ResponseWriter of a handler. It keeps the whole response until Finish, if it does not flow
// (response_flow.go).
type Response struct {
	// Sender, if set, takes a response that flows.
	Sender Sender
	method string
	header http.Header
	// status is 0 until the header is sent. After that, fields has the header of that moment.
	status int
	fields []Field
	// contentType, bodyAllowed and declared (Content-Length, -1 for none) belong to the sent header.
	contentType bool
	bodyAllowed bool
	declared    int64
	body        []byte
	written     int64
	// mostBody is Room's answer, 0 before it was asked.
	mostBody int
	// deadline is that of SetWriteDeadline.
	deadline time.Time
	// flows is set once the head has left. From then on, body has the bytes that have not left.
	flows bool
	// ahead is the number of bytes that have left since the client last had room.
	ahead int
	// broken is the reason why no more can be sent.
	broken error
}

// NewResponse makes the writer for a request with that method.
func NewResponse(method string) *Response {
	return &Response{method: method, header: make(http.Header), declared: -1}
}

func (w *Response) Header() http.Header {
	return w.header
}

// WriteHeader fixes status and header. It drops informational statuses (1xx), because the host sends only one response.
func (w *Response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	}
	if w.status != 0 {
		log.Print("http: superfluous response.WriteHeader call")
		return
	}
	if status < 200 {
		return
	}
	w.status = status
	w.bodyAllowed = status != http.StatusNoContent && status != http.StatusNotModified
	w.fixHeader()
}

func (w *Response) Write(p []byte) (int, error) {
	if err := w.admit(len(p)); err != nil {
		return 0, err
	}
	if w.overflows(len(p)) {
		return w.send(p)
	}
	w.body = append(w.grown(len(p)), p[:w.kept(len(p))]...)
	return len(p), nil
}

func (w *Response) WriteString(s string) (int, error) {
	if err := w.admit(len(s)); err != nil {
		return 0, err
	}
	if w.overflows(len(s)) {
		return w.send([]byte(s))
	}
	w.body = append(w.grown(len(s)), s[:w.kept(len(s))]...)
	return len(s), nil
}

// admit takes account of n bytes of body that a handler wants to write.
func (w *Response) admit(n int) error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if n == 0 {
		return nil
	}
	if !w.bodyAllowed {
		return http.ErrBodyNotAllowed
	}
	if w.declared >= 0 && w.written+int64(n) > w.declared {
		return http.ErrContentLength
	}
	if w.broken != nil {
		return w.broken
	}
	w.written += int64(n)
	return nil
}

// fixHeader copies the header, sorted by name as net/http writes it.
func (w *Response) fixHeader() {
	names := make([]string, 0, len(w.header))
	for name := range w.header {
		if validName(name) && !strings.HasPrefix(name, http.TrailerPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	w.fields = make([]Field, 0, len(names)+1)
	for _, name := range names {
		for _, value := range w.header[name] {
			w.fields = append(w.fields, Field{name, cleanValue(value)})
		}
	}
	// A present name without values keeps net/http from setting the field itself.
	_, typed := w.header["Content-Type"]
	w.contentType = typed || w.header.Get("Content-Encoding") != "" || w.header.Get("Transfer-Encoding") != ""
	if length := w.header.Get("Content-Length"); length != "" {
		if n, err := strconv.ParseInt(strings.TrimSpace(length), 10, 64); err == nil && n >= 0 {
			w.declared = n
		} else {
			log.Printf("http: invalid Content-Length of %q", length)
			w.fields = slices.DeleteFunc(w.fields, func(f Field) bool { return f.Name == "Content-Length" })
		}
	}
}

// Finish is called when the handler has returned. It returns the response for the host.
func (w *Response) Finish() (status int, fields []Field, body []byte) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if reason := w.cutShort(); reason != "" {
		log.Print("http: ", reason, ": the connection is closed without a response")
		return Aborted()
	}
	w.sniff(w.body)
	if w.method == http.MethodHead {
		if w.declared < 0 && w.written > 0 {
			w.fields = append(w.fields, Field{"Content-Length", strconv.FormatInt(w.written, 10)})
		}
		w.body = nil
	}
	return w.status, w.fields, w.body
}

// sniff adds the Content-Type of a body that begins like this, if the handler has set none.
func (w *Response) sniff(body []byte) {
	if !w.contentType && w.written > 0 {
		w.fields = append(w.fields, Field{"Content-Type", http.DetectContentType(body)})
	}
}

// cutShort tells why net/http would cut the response short. It returns "" for a response that goes out whole.
func (w *Response) cutShort() string {
	switch {
	case w.method != http.MethodHead && w.bodyAllowed && w.declared > w.written:
		return fmt.Sprintf("the handler declared a Content-Length of %d and wrote %d bytes", w.declared, w.written)
	case !w.deadline.IsZero() && w.deadline.Before(time.Now()):
		return "the handler took longer than its write deadline"
	}
	return ""
}

// Aborted is the response by which the host closes the connection and sends nothing.
func Aborted() (status int, fields []Field, body []byte) {
	return http.StatusInternalServerError, []Field{{"plinth-abort", ""}}, nil
}

// cleanValue turns a value into the form that net/http writes: line breaks become spaces, and outer blanks are removed.
func cleanValue(value string) string {
	if strings.ContainsAny(value, "\r\n") {
		value = lineBreaks.Replace(value)
	}
	return strings.Trim(value, " \t")
}

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ")

// validName reports whether name is a token (RFC 9110, section 5.6.2). net/http drops fields of other names.
func validName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
				return false
			}
		}
	}
	return name != ""
}
