// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

/// @notice Aggregators and referees that are silent, slow or unfair.
contract JudgeAttacksV2Test is EscrowTestV2 {
    uint256 private constant ACCEPT_BY = START + 1 days;
    /// acceptBy + trainingPeriod + reviewPeriod: rejections close.
    uint256 private constant REJECT_BY = ACCEPT_BY + 1 hours + 2 hours;
    /// The latest end that the manual promises.
    uint256 private constant LAST_END = REJECT_BY + 4 days + 2 hours;

    /// At any moment exactly one side may act: appeal before a day, enforcement from then on; and so for rulings.
    function test_appeal_ruling_and_enforcement_never_race(uint256 wait) external {
        wait = bound(wait, 0, 2 days);
        uint256 jobId = createContestedJob(true);
        vm.warp(START + wait);
        vm.prank(alice);
        (bool appealed,) =
            address(escrow).call(abi.encodeCall(escrow.appealRejection, (jobId, alice, EVIDENCE)));
        assertTrue(appealed == (wait < 1 days), "appeal within the day");
        if (!appealed) return enforce(jobId, alice);
        uint256 later = bound(wait * 31, 0, 6 days);
        vm.warp(START + wait + later);
        vm.prank(referee);
        (bool ruled,) = address(escrow).call(abi.encodeCall(escrow.ruleAppeal, (jobId, alice, false, REASON)));
        assertTrue(ruled == (later < 3 days), "a ruling within three days");
        if (!ruled) enforce(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        assertEq(BURNT.balance, ruled ? BOND : 0, "burned by a word, not by silence of the referee");
    }

    /// Neither judge ever speaks: a stranger ends the job, and who delivered is paid.
    function test_silent_judges_lock_nothing() external {
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, alice);
        deliver(jobId, bob);
        vm.warp(ACCEPT_BY + 2 hours);
        vm.prank(stranger);
        escrow.settleJob(jobId, list(alice, bob));
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    /// Rejecting one delivery after the other, each at the last moment, and every one overturned at the last moment.
    function test_rejections_cannot_be_strung_together() external {
        IAIModelTrainingV2.Terms memory terms_ = refereedTerms();
        terms_.minContributors = 3;
        uint256 jobId = createJob(terms_);
        vm.warp(ACCEPT_BY - 1);
        accept(jobId, alice);
        accept(jobId, bob);
        accept(jobId, carol);
        vm.warp(ACCEPT_BY + 1 hours - 2);
        submit(jobId, alice);
        submit(jobId, bob);
        submit(jobId, carol);
        vm.warp(REJECT_BY - 1);
        reject(jobId, alice);
        vm.warp(REJECT_BY - 1 + 1 days - 1);
        appeal(jobId, alice);
        vm.warp(block.timestamp + 3 days - 1);
        rule(jobId, alice, true);

        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.RejectionClosed.selector, jobId, REJECT_BY));
        escrow.rejectAdapter(jobId, bob, REASON, true);
        vm.warp(LAST_END);
        vm.prank(stranger);
        escrow.settleJob(jobId, list(alice, bob, carol));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Settled);
    }

    /// Every delivery is refused in the last moment and appealed, and the referee is silent.
    function test_at_the_latest_moment_a_stranger_alone_ends_a_job_of_refusals() external {
        uint256 jobId = createJob(refereedTerms());
        vm.warp(ACCEPT_BY - 1);
        deliver(jobId, alice);
        deliver(jobId, bob);
        deliver(jobId, carol);
        vm.warp(ACCEPT_BY + 1 hours);
        reject(jobId, alice);
        reject(jobId, bob);
        reject(jobId, carol);
        appeal(jobId, alice);
        appeal(jobId, bob);
        vm.warp(REJECT_BY + 4 days);
        uint256 before = requester.balance;
        enforce(jobId, alice);
        enforce(jobId, bob);
        enforce(jobId, carol);
        escrow.expireJob(jobId, list());
        assertEq(requester.balance, before + STAKE, "refunded");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    /// Neither judge can send a coin to itself or to anybody who holds no slot.
    function test_judges_never_receive_a_coin() external {
        uint256[2] memory before = [aggregator.balance, referee.balance];
        uint256 jobId = createContestedJob(true);
        appeal(jobId, alice);
        rule(jobId, alice, false);
        deliver(jobId, carol);
        complete(jobId, list(bob, carol));
        assertEq(aggregator.balance, before[0], "aggregator");
        assertEq(referee.balance, before[1], "referee");
    }
}
