package gin

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

type in struct {
	Name string `json:"name" binding:"required,min=2"`
	N    int    `json:"n" binding:"max=2"`
}

// Handler answers the requests of the program.
var Handler http.Handler = router()

func router() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery())
	r.GET("/", func(c *gin.Context) { c.String(200, "gin\n") })
	r.GET("/users/:id", func(c *gin.Context) { c.JSON(200, gin.H{"id": c.Param("id"), "q": c.Query("q")}) })
	r.POST("/in", func(c *gin.Context) {
		var v in
		if err := c.ShouldBindJSON(&v); err != nil {
			c.XML(400, gin.H{"error": err.Error()})
			return
		}
		c.YAML(200, v)
	})
	return r
}
