// Package xlsx reads the first sheet of an Excel workbook (ECMA-376, Office Open XML) as text, a cell beside the other,
// which is read on like any other. It knows nothing of people and numbers.
//
//	book.go   the parts of a workbook: its sheets, strings and formats
//	cells.go  the rows of a sheet, and what stands in a cell
//	guard.go  what one file may make of itself
//
// It is our own, on the standard library. Looked at in November 2026, thedatashed/xlsxreader had its last release in
// May 2024, reserves as much memory as a file says, and ends the program at a negative index of a string; xuri/excelize
// is 90,000 lines with four modules behind it, most of them to write and to calculate.
//
// A workbook is a ZIP archive, and a small one can unpack to any size: what is unpacked, kept and returned is bounded,
// and a file beyond that is refused with a sentence.
package xlsx
