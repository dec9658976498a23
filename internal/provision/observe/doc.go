// Package observe reads person, voice and assignment together, and says who holds a number: nobody, the person, another
// account or one that the directory does not know. It reads Microsoft and changes nothing.
package observe
