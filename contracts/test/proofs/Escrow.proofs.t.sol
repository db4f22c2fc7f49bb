// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTraining} from "../../src/AIModelTraining.sol";
import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {Vm, vm} from "../Vm.sol";

/// @notice Symbolic proofs (halmos): each holds for every input, not for those that a fuzzer happens to try.
/// Stakes, bonds, times and callers are any; a job has two slots and the fee is 5 %, so the loops over contributors
/// end by themselves and none is cut off. More slots and other fees are left to the fuzzed tests.
contract EscrowProofs {
    address private constant REQUESTER = address(0xA1);
    address private constant AGGREGATOR = address(0xA2);
    address private constant FEE_RECEIVER = address(0xA3);
    address private constant ALICE = address(0xA4);
    address private constant BOB = address(0xA5);
    uint256 private constant START = 1_800_000_000;
    /// After two words of EIP712 and jobCount.
    uint256 private constant WITHDRAWABLE_SLOT = 3;

    AIModelTraining private _escrow;

    function setUp() public {
        vm.warp(START);
        _escrow = new AIModelTraining(500, FEE_RECEIVER);
    }

    function _createJob(uint256 stakeWei, uint96 bondWei, uint8 minContributors) private {
        vm.deal(REQUESTER, stakeWei);
        vm.deal(ALICE, bondWei);
        vm.deal(BOB, bondWei);
        vm.prank(REQUESTER);
        _escrow.createJob{value: stakeWei}(
            IAIModelTraining.Terms({
                kind: 0,
                minContributors: minContributors,
                maxContributors: 2,
                acceptBy: uint40(START + 1 days),
                trainingPeriod: 1 hours,
                reviewPeriod: 1 hours,
                bondWei: bondWei,
                aggregator: AGGREGATOR,
                specCid: "spec"
            })
        );
    }

    function _accept(address contributor, uint96 bondWei) private {
        vm.prank(contributor);
        _escrow.acceptJob{value: bondWei}(1, address(0));
    }

    function _submit(address contributor) private {
        vm.prank(contributor);
        _escrow.submitAdapter(1, contributor, "adapter");
    }

    /// Shares, fee, remainder and the forfeited bond add up to the stake and the bond, for every stake and bond.
    function check_a_completed_jobs_parts_add_up(uint88 stakeWei, uint96 bondWei) public {
        _deliverOneOfTwo(stakeWei, bondWei, 1);
        address[] memory contributors = new address[](2);
        (contributors[0], contributors[1]) = (ALICE, BOB);
        vm.prank(AGGREGATOR);
        _escrow.completeJob(1, "result", contributors);

        _assertAllIsPaid(uint256(stakeWei) + 2 * uint256(bondWei));
    }

    /// The same where the minimum was missed and the late slot was released before.
    function check_an_expired_jobs_parts_add_up(uint88 stakeWei, uint96 bondWei) public {
        _deliverOneOfTwo(stakeWei, bondWei, 2);
        _escrow.releaseSlot(1, BOB);
        vm.warp(START + 1 days);
        address[] memory contributors = new address[](1);
        contributors[0] = ALICE;
        vm.prank(AGGREGATOR);
        _escrow.expireJob(1, contributors);

        _assertAllIsPaid(uint256(stakeWei) + 2 * uint256(bondWei));
    }

    /// Alice and Bob accept, Alice submits, Bob's deadline passes.
    function _deliverOneOfTwo(uint88 stakeWei, uint96 bondWei, uint8 minContributors) private {
        vm.assume(stakeWei >= 2);
        _createJob(stakeWei, bondWei, minContributors);
        _accept(ALICE, bondWei);
        _accept(BOB, bondWei);
        _submit(ALICE);
        vm.warp(START + 1 hours);
    }

    /// Alice, the requester and the fee receiver have or are owed all of it, Bob nothing.
    function _assertAllIsPaid(uint256 totalWei) private view {
        uint256 received = ALICE.balance + REQUESTER.balance + FEE_RECEIVER.balance;
        uint256 owed = _escrow.withdrawableWei(ALICE) + _escrow.withdrawableWei(REQUESTER)
            + _escrow.withdrawableWei(FEE_RECEIVER);
        assert(received + owed == totalWei);
        assert(address(_escrow).balance == owed);
        assert(BOB.balance == 0);
    }

    /// A submission is paid once: after any end of the job, no call of anybody ends it or pays it again.
    function check_no_path_pays_a_submission_twice(uint8 end, address caller, uint256 wait) public {
        _createJob(1 ether, 0, 1);
        _accept(ALICE, 0);
        _submit(ALICE);
        vm.warp(START + 2 days);
        address[] memory contributors = new address[](1);
        contributors[0] = ALICE;
        vm.prank(AGGREGATOR);
        _escrow.completeJob(1, "result", contributors);
        uint256 paid = ALICE.balance + _escrow.withdrawableWei(ALICE);

        vm.assume(wait < 1_000 days);
        vm.warp(START + 2 days + wait);
        vm.prank(caller);
        bool done;
        if (end == 0) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.completeJob, (1, "r", contributors)));
        } else if (end == 1) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.settleJob, (1, contributors)));
        } else if (end == 2) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.expireJob, (1, contributors)));
        } else if (end == 3) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.cancelJob, (1)));
        } else if (end == 4) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.rejectAdapter, (1, ALICE, "r")));
        } else if (end == 5) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.submitAdapter, (1, ALICE, "r")));
        } else if (end == 6) {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.submitAdapterBySig, (1, ALICE, "r", "")));
        } else {
            (done,) = address(_escrow).call(abi.encodeCall(_escrow.releaseSlot, (1, ALICE)));
        }
        assert(!done);
        assert(ALICE.balance + _escrow.withdrawableWei(ALICE) == paid);
    }

    /// Whoever withdraws gets what it is owed, at most once, and never from what others are owed.
    function check_withdrawals_never_exceed_what_is_owed(uint88 stakeWei, uint128 owedWei, address caller)
        public
    {
        vm.assume(caller != address(_escrow) && stakeWei >= 2 && owedWei > 0);
        vm.assume(uint160(caller) > 0xFFFF);
        _createJob(stakeWei, 0, 1);
        _owe(caller, owedWei);
        uint256 before = caller.balance;
        vm.prank(caller);
        (bool done,) = address(_escrow).call(abi.encodeCall(_escrow.withdraw, ()));
        if (done) assert(caller.balance - before == owedWei);
        vm.prank(caller);
        (bool again,) = address(_escrow).call(abi.encodeCall(_escrow.withdraw, ()));
        assert(!(done && again));
        assert(address(_escrow).balance >= stakeWei);
    }

    /// Puts a deferred payment and its money into the contract; the assertion holds the slot's number to the truth.
    function _owe(address wallet, uint256 owedWei) private {
        vm.deal(address(_escrow), address(_escrow).balance + owedWei);
        vm.store(address(_escrow), keccak256(abi.encode(wallet, WITHDRAWABLE_SLOT)), bytes32(owedWei));
        assert(_escrow.withdrawableWei(wallet) == owedWei);
    }
}
