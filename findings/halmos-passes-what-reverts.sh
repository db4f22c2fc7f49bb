#!/usr/bin/env bash
# One would guess: a symbolic proof that passes says that its assertions hold "for all inputs", so a contract whose call
# fails for some of them cannot pass.
# So it is with halmos 0.3.3: a path that ends in an ordinary revert counts as left out, as if by an assumption. Of a
# function that reverts for every amount above 100, "the balance grows by the amount, for every amount" is passed. A
# proof of "never locked" has to make the call itself the claim: wrap it in try/catch (or a low-level call) and assert
# that it went through.
# Seen: "[PASS] check_everyAmountIsHeld(uint256)" beside "[FAIL] check_everyAmountGoesThrough(uint256)" with 0x70.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @foundry-rs/forge@1.7.1 solc@0.8.37
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check halmos==0.3.3
mkdir -p src test
# forge finds no compiler by itself without the internet: this one passes standard JSON through npm's solc.
cat >solc.js <<'JS'
#!/usr/bin/env node
const solc = require("solc/wrapper")(require("solc/soljson.js"));
if (process.argv.includes("--version")) console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
else process.stdout.write(solc.compile(require("node:fs").readFileSync(0, "utf8")));
JS
chmod +x solc.js
printf '[profile.default]\nsolc = "./solc.js"\noffline = true\n' >foundry.toml
cat >src/Till.sol <<'SOL'
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract Till {
    uint256 public held;

    function put(uint256 amount) external {
        require(amount <= 100, "too much");
        held += amount;
    }
}
SOL
cat >test/Till.t.sol <<'SOL'
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Till} from "../src/Till.sol";

contract TillTest {
    Till till = new Till();

    function check_everyAmountIsHeld(uint256 amount) external {
        till.put(amount);
        assert(till.held() == amount);
    }

    function check_everyAmountGoesThrough(uint256 amount) external {
        try till.put(amount) {} catch { assert(false); }
    }
}
SOL
export PATH="$dir/venv/bin:$dir/node_modules/.bin:$PATH"
forge build --ast >build.log 2>&1 || { cat build.log; exit 1; }
halmos --version
halmos --contract TillTest >proofs.log 2>&1 || true
sed 's/\x1b\[[0-9;]*m//g' proofs.log | grep -E '^\[(PASS|FAIL|ERROR|TIMEOUT)\]|^ *p_amount|Symbolic test result' | tee said.log
if grep -q '^\[PASS\] check_everyAmountIsHeld' said.log && grep -q '^\[FAIL\] check_everyAmountGoesThrough' said.log; then
  echo "as stated: the reverting amounts are passed over, unless the call itself is the claim"
else
  cat proofs.log
  echo "this has changed"
  exit 1
fi
