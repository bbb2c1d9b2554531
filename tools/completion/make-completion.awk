# Make a completion script of a template and the table of values:
#   awk -v shell=bash|zsh|fish -v programs="..." -f make-completion.awk values TEMPLATE
# In the template, @PROGRAMS@ becomes the programs, and a line @VALUES@ what the table says.

BEGIN { rows = 0 }
FNR == 1 { file++ }
file == 1 && (/^#/ || NF == 0) { next }
file == 1 {
  for (i = 1; $i != "=" && $i != "!"; i++)
    options[rows] = options[rows] (i > 1 ? " " : "") $i
  kind[rows] = $i
  rest = ""
  for (i++; i <= NF; i++)
    rest = rest (rest == "" ? "" : " ") $i
  values[rows++] = rest
  next
}

function in_case (r,  names, words)
{
  names = options[r]
  gsub (/ /, "|", names)
  words = values[r]
  if (kind[r] == "!")
    return "        " names ") list=$(" words ") ;;"
  gsub (/ /, "\\n", words)
  return "        " names ") list=$'" words "' ;;"
}

function in_fish (r,  names, n, i, text)
{
  n = split (options[r], names, " ")
  for (i = 1; i <= n; i++)
    text = text (names[i] ~ /^--/ ? " -l " substr (names[i], 3) : " -s " substr (names[i], 2))
  return "    complete -c $program" text " -x -a '" (kind[r] == "!" ? "(" values[r] ")" : values[r]) "'"
}

/^@VALUES@$/ {
  for (r = 0; r < rows; r++)
    print shell == "fish" ? in_fish(r) : in_case(r)
  next
}
{ gsub (/@PROGRAMS@/, programs); print }
