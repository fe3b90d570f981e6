//go:build !plinth

package guest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"plinth.dev/sdk/internal/message"
)

// serveCommand answers the one request of a program that was started by CGI (RFC 3875), as hosts start WASI commands. This
// static form needs only the toolchain. In other programs serveCommand does nothing.
func serveCommand() {
	if os.Getenv("GATEWAY_INTERFACE") == "" {
		return
	}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "plinth: standard input:", err)
		os.Exit(1)
	}
	r := &request{incoming: message.Incoming{
		Method: os.Getenv("REQUEST_METHOD"),
		URI:    commandURI(),
		Fields: commandFields(),
		Body:   body,

		RemoteAddr: commandRemoteAddr(),
	}}
	r.serve()
	if r.failure != "" {
		fmt.Fprintln(os.Stderr, r.failure)
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "Status: %d\r\n", r.status)
	for _, field := range r.fields {
		fmt.Fprintf(out, "%s: %s\r\n", field.Name, field.Value)
	}
	out.WriteString("\r\n")
	out.Write(r.body)
	out.Flush()
	os.Exit(0)
}

// commandURI is the absolute URI of the request without the prefix under which the host serves the program, as in the other
// forms. WAGI gives the path unchanged, CGI gives it decoded.
func commandURI() string {
	path := os.Getenv("X_RAW_PATH_INFO")
	if path == "" {
		path = os.Getenv("PATH_INFO")
	}
	if query := os.Getenv("QUERY_STRING"); query != "" {
		path += "?" + query
	}
	host := os.Getenv("HTTP_HOST")
	if host == "" {
		host = os.Getenv("SERVER_NAME")
	}
	return "http://" + host + path
}

// commandRemoteAddr is the client's address, with the port 0 if the host does not tell it, as in net/http/cgi.
func commandRemoteAddr() string {
	port := os.Getenv("REMOTE_PORT")
	if port == "" {
		port = "0"
	}
	return net.JoinHostPort(os.Getenv("REMOTE_ADDR"), port)
}

// commandFields are the request's header fields (RFC 3875, 4.1.18), with the two that have separate variables.
func commandFields() []message.Field {
	var fields []message.Field
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		switch header, isHeader := strings.CutPrefix(name, "HTTP_"); {
		case isHeader:
			fields = append(fields, message.Field{Name: strings.ToLower(strings.ReplaceAll(header, "_", "-")), Value: value})
		case name == "CONTENT_TYPE" && value != "":
			fields = append(fields, message.Field{Name: "content-type", Value: value})
		case name == "CONTENT_LENGTH" && value != "":
			fields = append(fields, message.Field{Name: "content-length", Value: value})
		}
	}
	return fields
}
