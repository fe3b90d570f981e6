package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// A verifier accepts tokens of one issuer, signed with Ed25519 (RFC 8037). go-jwt knows more algorithms.
type verifier struct {
	key      ed25519.PublicKey
	audience string
}

// verify takes a token in the compact serialization (RFC 7515, section 7.1) and returns its subject.
func (v verifier) verify(token string, now time.Time) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errors.New("the token does not have three parts")
	}
	text := parts[0] + "." + parts[1]
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !ed25519.Verify(v.key, []byte(text), signature) {
		return "", errors.New("the signature is wrong")
	}
	var header struct {
		Algorithm string   `json:"alg"`
		Critical  []string `json:"crit"`
	}
	var claims struct {
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
	}
	if decode(parts[0], &header) != nil || decode(parts[1], &claims) != nil {
		return "", errors.New("the token cannot be read")
	}
	switch {
	case header.Algorithm != "EdDSA" || len(header.Critical) > 0:
		return "", errors.New("the token asks for what is not done here")
	case claims.Audience != v.audience:
		return "", errors.New("the token is for others")
	case now.Unix() >= claims.Expires:
		return "", errors.New("the token has expired")
	case claims.Subject == "":
		return "", errors.New("the token names nobody")
	}
	return claims.Subject, nil
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
