"""Reports, lists and certificates as files: DOCX, XLSX, PDF."""
