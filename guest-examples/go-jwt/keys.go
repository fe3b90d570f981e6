package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
)

// A key works with one algorithm only, so that a token cannot choose another algorithm for it.
type key struct {
	algorithm string
	public    crypto.PublicKey
}

// parseKeys reads a JSON Web Key Set. RFC 7518, section 6, and RFC 8037 define the members of a key.
func parseKeys(text []byte) (map[string]key, error) {
	var set struct {
		Keys []struct {
			ID        string `json:"kid"`
			Algorithm string `json:"alg"`
			X, Y      octets // Ed25519 has X only
			N, E      octets
		}
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, err
	}
	keys := map[string]key{}
	for _, k := range set.Keys {
		var public crypto.PublicKey
		var err error
		switch k.Algorithm {
		case "EdDSA":
			if len(k.X) != ed25519.PublicKeySize {
				err = fmt.Errorf("x has %d bytes", len(k.X))
			}
			public = ed25519.PublicKey(k.X)
		case "ES256":
			point := append([]byte{4}, append(k.X, k.Y...)...)
			public, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		case "RS256":
			public = &rsa.PublicKey{N: new(big.Int).SetBytes(k.N), E: int(new(big.Int).SetBytes(k.E).Int64())}
		default:
			err = fmt.Errorf("the algorithm %q is not known", k.Algorithm)
		}
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", k.ID, err)
		}
		keys[k.ID] = key{k.Algorithm, public}
	}
	return keys, nil
}

// octets are written in base64url without padding.
type octets []byte

func (o *octets) UnmarshalText(text []byte) (err error) {
	*o, err = base64.RawURLEncoding.DecodeString(string(text))
	return err
}
