package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"
)

type verifier struct {
	keys     map[string]key
	audience string
	now      func() time.Time
}

// claims holds the claims of RFC 7519, section 4.1, that the program checks.
type claims struct {
	Subject   string      `json:"sub"`
	Audience  audiences   `json:"aud"`
	Expires   numericDate `json:"exp"`
	NotBefore numericDate `json:"nbf"`
}

// leeway allows for clocks that differ.
const leeway = time.Minute

// verify takes a token in the compact serialization (RFC 7515, section 7.1).
func (v verifier) verify(token string) (claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("the token does not have three parts")
	}
	var header struct {
		Algorithm string   `json:"alg"`
		Key       string   `json:"kid"`
		Critical  []string `json:"crit"`
	}
	if err := decode(parts[0], &header); err != nil {
		return claims{}, errors.New("the header cannot be read")
	}
	key, ok := v.keys[header.Key]
	if !ok || key.algorithm != header.Algorithm || len(header.Critical) > 0 {
		return claims{}, errors.New("the token is signed with no key that is known here")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !key.signed([]byte(parts[0]+"."+parts[1]), signature) {
		return claims{}, errors.New("the signature is wrong")
	}
	var claims claims
	if err := decode(parts[1], &claims); err != nil {
		return claims, errors.New("the claims cannot be read")
	}
	return claims, v.valid(claims)
}

func (v verifier) valid(claims claims) error {
	now := v.now()
	switch {
	case !slices.Contains(claims.Audience, v.audience):
		return errors.New("the token is for others")
	case now.After(claims.Expires.time().Add(leeway)):
		return errors.New("the token has expired")
	case now.Add(leeway).Before(claims.NotBefore.time()):
		return errors.New("the token is not valid yet")
	}
	return nil
}

// signed follows RFC 7518, section 3, and RFC 8037, section 3.1.
func (k key) signed(message, signature []byte) bool {
	digest := sha256.Sum256(message)
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(public, message, signature)
	case *ecdsa.PublicKey:
		if len(signature) != 64 {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(public, digest[:], r, s)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// audiences is one string in JSON, or an array of strings.
type audiences []string

func (a *audiences) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = audiences{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

// numericDate is in seconds since 1970, with or without a fraction. A missing date counts as long past.
type numericDate float64

func (d numericDate) time() time.Time {
	return time.UnixMilli(int64(d * 1000)).UTC()
}
