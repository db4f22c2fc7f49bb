// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {vm} from "../../Vm.sol";
import {EscrowHandlerV2} from "./EscrowHandlerV2.sol";

/// @notice The sentences of README.md beside this file, over random histories.
contract EscrowInvariantsV2 {
    EscrowHandlerV2 private _handler;

    error Broken(string invariant, uint256 actual, uint256 expected);

    function setUp() external {
        vm.warp(1_800_000_000);
        _handler = new EscrowHandlerV2();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory excluded) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = EscrowHandlerV2.endEverythingAlone.selector;
        excluded = new FuzzSelector[](1);
        excluded[0] = FuzzSelector({addr: address(_handler), selectors: selectors});
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// What sums over all wallets; foundry.toml says how often. Everything else is checked by the handler in each move.
    function invariant_escrow() external view {
        // 1. The balance is open stakes, live bonds, what contested slots of ended jobs keep, and what is owed.
        _equal("balance", address(_handler.escrow()).balance, _handler.heldWei() + _owedWei());

        // 3. Judges, delegates and strangers never hold or are owed a coin.
        address[4] memory outsiders =
            [_handler.aggregator(), _handler.referee(), _handler.delegate(), _handler.stranger()];
        for (uint256 i = 0; i < outsiders.length; ++i) {
            _equal("outsider's balance", outsiders[i].balance, 0);
            _equal("outsider is owed", _handler.escrow().withdrawableWei(outsiders[i]), 0);
        }

        // 6. No call made in the middle of a payment went through.
        _equal("reentered", _handler.reentering().reentered() ? 1 : 0, 0);
    }

    /// After a history: it was one, storage agrees with the books, and a stranger alone ends all of it (2).
    function afterInvariant() external {
        uint256 moves = _handler.moves();
        if (moves > 50 && _handler.idleMoves() * 2 > moves) {
            revert Broken("most moves succeed", _handler.idleMoves(), moves);
        }
        if (moves > 1_000) _mostKindsOfMoveWerePlayed();
        _equal("storage and books", _handler.recountHeldWei(), _handler.heldWei());

        _handler.endEverythingAlone();

        _equal("no job is live", _handler.liveJobs().length, 0);
        _equal("nothing is held", _handler.heldWei(), 0);
        _equal("all that is left is owed", address(_handler.escrow()).balance, _owedWei());
    }

    /// A history of few kinds of move says little. A long one may lack some by chance.
    function _mostKindsOfMoveWerePlayed() private view {
        uint256 missing = 0;
        string[17] memory names = [
            "createJob",
            "acceptJob",
            "acceptJobBySig",
            "setDelegate",
            "submitAdapter",
            "rejectAdapter",
            "rejectAdapter, no referee",
            "appealRejection",
            "ruleAppeal, confirmed",
            "ruleAppeal, overturned",
            "enforceRejection, no appeal",
            "enforceRejection, silent referee",
            "releaseSlot",
            "completeJob",
            "settleJob",
            "expireJob",
            "cancelJob"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            if (_handler.played(names[i]) == 0) ++missing;
        }
        if (missing > 4) {
            revert Broken("most kinds of move are played", names.length - missing, names.length);
        }
    }

    function _owedWei() private view returns (uint256 total) {
        uint256 count = _handler.walletCount();
        for (uint256 i = 0; i < count; ++i) {
            total += _handler.escrow().withdrawableWei(_handler.wallets(i));
        }
    }

    function _equal(string memory what, uint256 actual, uint256 expected) private pure {
        if (actual != expected) revert Broken(what, actual, expected);
    }
}
