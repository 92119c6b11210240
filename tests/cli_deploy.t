#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A model as code: what is trained or loaded is stored when all its tests
# pass, and else nothing is; and what is wrong with a folder.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# refused N SENTENCE NAME: deploy of $T/d ends so, and nothing is stored.
refused()
{
    v changes
    before=$out
    v deploy "$T/d"
    status "$1" "$3"
    err_has "$2" "$3: and says why"
    v changes
    is "$out" "$before" "$3: and changes nothing"
}

# sensor: the folder $T/d of a sensor that passes.
sensor()
{
    rm -rf "$T/d"
    mkdir -p "$T/d/tests"
    printf '10\n5\n6\n9\n' >"$T/d/readings.txt"
    printf '[model]\nname = P-1\ntitle = Pump 1\ndata = readings.txt\n' \
        >"$T/d/model.ini"
    printf '%s\n' \
        '{"request":{"value":10},"expect":{"alert":false,"mean":7.5}}' \
        '{"name":"hot","request":{"value":13},"expect":[{"alert":true}]}' \
        '{"request":{"values":[1,20]},"expect":[{"alert":false},{"alert":true}]}' \
        '{"request":{"value":"x"},"error":"number"}' >"$T/d/tests/a.jsonl"
}

# ---- a sensor

sensor
v deploy --check "$T/d"
status 0 'a folder is checked'
out_has 'P-1: all tests passed, to be deployed' 'the check says so'
ok 'a check makes no database' test ! -e "$VIGIA_DATABASE"

v deploy "$T/d"
status 0 'a folder is deployed'
out_has 'version 1 is active' 'its version is active'
v --json show P-1
out_has '"title":"Pump 1"' 'with its title'
out_has '"threshold":12.260952285695232' 'with what was learnt'
v changes
out_has 'fit from readings.txt' 'the change says what it was made from'

v deploy "$T/d"
status 0 'the same folder once more'
out_has 'P-1: unchanged; version 1 is active' 'makes no new version'

printf '[params]\nk = 5\n' >>"$T/d/model.ini"
v deploy "$T/d"
status 1 'a failing test ends with 1'
out_has "a.jsonl hot	failed	/0/alert: expected true, got false" \
    'the report names the test and the difference'
out_has 'failed: nothing is changed; version 1 is active' 'and what serves'
v --json test P-1 13
out_has '"alert":true' 'the old version keeps serving'
v --json deploy "$T/d"
status 1 'a failing test ends with 1 in JSON too'
out_has '"passed":false,"unchanged":false,"deployed":false,"version":1,"change":null' \
    'JSON says the same'

sed -i 's/k = 5/k = 1.5/' "$T/d/model.ini"
v --json deploy "$T/d"
status 0 'other params are another version'
out_has '"deployed":true,"version":2,"change":2' 'JSON names it'
sed -i '/params/,$d' "$T/d/model.ini"
v deploy "$T/d"
v --json show P-1
out_has '"params":{"k":2}' 'params that are gone are at their presets'
v undo P-1
v --json show P-1
out_has '"version":2' 'undo takes a deployment back'

# ---- CSV, and tolerances

sensor
printf 't,a,b,c\n1,1.5,7,x\n2,2.5,9,y\n3,,8,z\n' >"$T/d/readings.csv"
sed -i 's/name.*/name = P-2/; s/readings.txt/readings.csv/' "$T/d/model.ini"
printf 'columns = a,b\n' >>"$T/d/model.ini"
printf '{"request":{"columns":{"a":1,"b":8}},"tolerance":%s,"expect":%s}' 0.2 \
    '[{"column":"a","threshold":3.5},{"column":"b","score":0.1}]' \
    >"$T/d/tests/a.jsonl"
v deploy "$T/d"
status 0 'a sensor learns from the columns of a CSV file'
sed -i 's/0\.2/0.01/' "$T/d/tests/a.jsonl"
v deploy "$T/d"
out_has '/0/threshold: expected 3.5, got 3.414' 'a tolerance is kept'
status 1 'also when the result is unchanged'
printf '{"request":{"columns":{"a":1}},"expect":{"c":1}}' \
    >"$T/d/tests/a.jsonl"
v deploy "$T/d"
out_has '/c: expected 1, which is missing' 'a member has to be there'
printf '{"request":{"columns":{"a":1}},"error":"no"}' >"$T/d/tests/a.jsonl"
v deploy "$T/d"
out_has 'it was answered, and not refused' 'an error has to be one'
printf '{"request":{"columns":{"x":1}},"expect":{"c":1}}' \
    >"$T/d/tests/a.jsonl"
v deploy "$T/d"
out_has 'it was refused: ' 'and an answer no error'
status 1 'a refused request is a failed test'

# ---- tables

example=$top_srcdir/packaging/deploy/example
cp -r "$example" "$T/e"
chmod -R u+w "$T/e"
v deploy "$T/e"
status 0 'the example is deployed'
out_has 'metrics.json rmse' 'metrics are tested'
v deploy "$T/e"
out_has 'unchanged' 'the same table gives the same model'
echo '{"rmse":{"max":0.1},"r2":{"min":2},"auc":{"min":0}}' \
    >"$T/e/tests/metrics.json"
v deploy "$T/e"
status 1 'a failing metric ends with 1'
out_has 'is above 0.1' 'a metric above its maximum'
out_has 'is below 2' 'a metric below its minimum'
out_has 'metrics.json auc	failed	the model has no such metric' \
    'a metric that the model has not'

# ---- a model's file

v export gearbox-wear "$T/e/model.json"
rm "$T/e/tests/metrics.json"
printf '[model]\nname = wear-2\nfile = model.json\n[params]\noffset = 100\n' \
    >"$T/e/model.ini"
v deploy "$T/e"
status 1 'a model is loaded, with its params'
out_has 'got 114.6' 'and tested with them'
sed -i 's/100/0/' "$T/e/model.ini"
v deploy "$T/e"
status 0 'and deployed'
v export wear-2 "$T/copy.json"
ok 'it is that model' cmp "$T/copy.json" "$T/e/model.json"
v deploy "$T/e"
out_has 'unchanged' 'a file that is loaded again changes nothing'
printf 'kind = trees\n' >"$T/kind"
sed -i "/name/r $T/kind" "$T/e/model.ini"
v deploy "$T/e"
status 65 'a file of another kind is refused'
err_has 'is of kind linear, but' 'and both are named'

# ---- a table with labels, whose weights hold an equals sign

rm -rf "$T/d"
mkdir -p "$T/d/tests"
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i "," (i < 40 ? "A" : "B") }' \
    >"$T/d/t.csv"
printf '%s\n' '[model]' 'name = classes' 'kind = linear' 'data = t.csv' \
    'label = y' '[params]' 'class_weights = A=1,B=2' >"$T/d/model.ini"
printf '{"request":{"x":55},"expect":{"label":"B"}}' >"$T/d/tests/a.json"
v deploy "$T/d"
status 0 'a value may hold equals signs'
v --json show classes
out_has '"class_weights":"A=1,B=2"' 'and is taken whole'

# ---- a table without a label is told by fit

sed -i '/label/d; /params/,$d' "$T/d/model.ini"
refused 64 '--label' 'a table without a label'

# ---- what is wrong with a folder

sensor
rm "$T/d/model.ini"
refused 66 'there is no' 'a folder without model.ini'
sensor
sed -i 's/title/titel/' "$T/d/model.ini"
refused 78 'model.ini:3: unknown key "titel", did you mean "title"?' \
    'an unknown key'
sensor
sed -i 's/P-1/health/' "$T/d/model.ini"
refused 78 'model.ini:2: ' 'a name that is reserved'
sensor
sed -i '/^name/d' "$T/d/model.ini"
refused 78 'it has no name' 'a folder without a name'
sensor
echo 'file = x.json' >>"$T/d/model.ini"
refused 78 'either data' 'both data and a model'
sensor
echo 'scalers = x.json' >>"$T/d/model.ini"
refused 78 'scalers goes with file' 'scalers of data'
sensor
sed -i 's/readings.txt/..\/readings.txt/' "$T/d/model.ini"
refused 78 'names no file in the folder' 'data outside the folder'
sensor
echo 'kind = tress' >>"$T/d/model.ini"
refused 78 'no kind "tress"' 'a kind there is not'
sensor
sed -i 's/P-1/gearbox-wear/' "$T/d/model.ini"
refused 65 'gearbox-wear is of kind linear, not baseline' \
    'a model of another kind'
sensor
printf '[params]\nkk = 3\n' >>"$T/d/model.ini"
refused 65 'kk' 'a param there is not'
sensor
rm "$T/d/readings.txt"
refused 66 'readings.txt' 'data that is missing'
sensor
echo 1 >"$T/d/readings.txt"
refused 65 'at least two' 'data that is too little to learn from'
sensor
rm -r "$T/d/tests"
refused 66 'd/tests' 'a folder without tests'
sensor
rm "$T/d/tests/a.jsonl"
refused 65 'there is no test in' 'a folder of tests without any'
sensor
echo x >"$T/d/tests/a.jsn"
refused 65 'a.jsn is no test' 'a file that is no test'
sensor
echo '{"request":{},"expects":{}}' >"$T/d/tests/b.json"
refused 65 'b.json: test 1: a test has no member "expects"; did you mean "expect"?' \
    'an unknown member'
sensor
echo '{"request":{}}' >"$T/d/tests/b.json"
refused 65 'b.json: test 1: a test has a "request", and either' \
    'a test that expects nothing'
sensor
echo '{"request":{},"expect":{}}' >"$T/d/tests/b.json"
refused 65 '"expect" is an object or an array with something' \
    'a test that expects an empty object'
sensor
echo '{"request":{},"expect":{"a":1},"tolerance":-1}' >"$T/d/tests/b.json"
refused 65 '"tolerance" is below 0' 'a tolerance below 0'
sensor
echo '{"request":' >"$T/d/tests/b.json"
refused 65 'b.json: ' 'a test that is no JSON'
sensor
echo '{"n":{"minimum":1}}' >"$T/d/tests/metrics.json"
refused 65 'metrics.json: n: an object of bounds has no member "minimum"' \
    'bounds of another name'
sensor
echo '{"n":{}}' >"$T/d/tests/metrics.json"
refused 65 'metrics.json: n: the bounds are an object' 'no bounds'

v deploy
status 64 'deploy without a folder'

done_testing
