// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// A wallet that a key owns: it does what its owner says, and signs what its owner signed (EIP-1271).
contract ContractWallet {
    address private immutable _owner;
    bool private _refusesMoney;

    constructor(address owner, bool refusesMoney) {
        (_owner, _refusesMoney) = (owner, refusesMoney);
    }

    function execute(address target, uint256 value, bytes calldata data) external payable {
        require(msg.sender == _owner, "not the owner");
        (bool done, bytes memory result) = target.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }

    function setRefusesMoney(bool refusesMoney) external {
        require(msg.sender == _owner, "not the owner");
        _refusesMoney = refusesMoney;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bool isOwners = signature.length == 65
            && ecrecover(digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])) == _owner;
        return isOwners ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    receive() external payable {
        require(!_refusesMoney, "not now");
    }
}

/// Code that a key's own account may point at (EIP-7702): while it does, nobody can pay the account.
contract Unpayable {
    receive() external payable {
        revert("not now");
    }
}
