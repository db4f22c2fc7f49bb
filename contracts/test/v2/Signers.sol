// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice Spends all the gas that it is asked with.
contract GasBurningSigner is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        uint256 burnt = 0;
        while (true) {
            ++burnt;
        }
        return bytes4(0);
    }
}

/// @notice Says yes in four bytes where the standard has a word.
contract ShortAnsweringSigner {
    fallback() external {
        bytes4 yes = IERC1271.isValidSignature.selector;
        assembly {
            mstore(0, yes)
            return(0, 4)
        }
    }
}

/// @notice Says yes with something behind it.
contract DirtyAnsweringSigner {
    fallback() external {
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector) | bytes32(uint256(1));
        assembly {
            mstore(0, yes)
            return(0, 32)
        }
    }
}

/// @notice Answers with as much as its gas allows.
contract ReturnBombSigner {
    fallback() external {
        assembly {
            return(0, 90000)
        }
    }
}
