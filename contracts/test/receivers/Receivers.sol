// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice A contract wallet that calls what it is told, signs what its owner allows, and receives money.
contract ContractWallet is IERC1271 {
    mapping(bytes32 digest => bool) public isAllowed;

    function call(address target, uint256 value, bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory result) = target.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
        return result;
    }

    function allow(bytes32 digest) external {
        isAllowed[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return isAllowed[digest] ? this.isValidSignature.selector : bytes4(0);
    }

    receive() external payable virtual {}
}

/// @notice Refuses money until it is told otherwise.
contract RevertingWallet is ContractWallet {
    bool public accepts;

    function setAccepts(bool accepts_) external {
        accepts = accepts_;
    }

    receive() external payable virtual override {
        require(accepts, "not now");
    }
}

/// @notice Burns all the gas that it is given.
contract GasBurningWallet is ContractWallet {
    uint256 private _burnt;

    receive() external payable override {
        while (true) ++_burnt;
    }
}

/// @notice Answers with as much data as its gas allows, which a careless caller would copy.
contract ReturnBombWallet is ContractWallet {
    receive() external payable override {
        assembly {
            revert(0, 90000)
        }
    }
}

/// @notice Once it accepts money, calls back whatever it was armed with, and remembers whether that was let through.
contract ReenteringWallet is RevertingWallet {
    address private _target;
    bytes private _data;
    bool public reentered;

    function arm(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    receive() external payable override {
        require(accepts, "not now");
        if (_data.length == 0) return;
        (bool done,) = _target.call(_data);
        reentered = reentered || done;
    }
}
