// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract SettleJobV2Test is EscrowTestV2 {
    function settle(uint256 jobId, address[] memory contributors) private {
        vm.prank(stranger);
        escrow.settleJob(jobId, contributors);
    }

    function reviewNotOver(uint256 jobId, uint256 reviewEnds) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAIModelTrainingV2.ReviewNotOver.selector, jobId, reviewEnds);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
        settle(jobId, list(alice, bob));
    }

    function test_given_fewer_submissions_than_the_minimum_it_reverts() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        vm.warp(START + 30 days);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.TooFewSubmissions.selector, jobId, 1, 2));
        settle(jobId, list(alice));
    }

    function test_given_all_delivered_it_reverts_for_a_review_period_from_the_last_submission(uint256 wait)
        external
    {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        vm.warp(START + 1 hours - 1);
        submit(jobId, carol);
        uint256 reviewEnds = START + 3 hours - 1;
        vm.warp(bound(wait, START + 1 hours - 1, reviewEnds - 1));
        expectError(reviewNotOver(jobId, reviewEnds));
        settle(jobId, list(alice, bob, carol));
        vm.warp(reviewEnds);
        settle(jobId, list(alice, bob, carol));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Settled);
    }

    function test_given_a_free_slot_it_reverts_for_a_review_period_from_acceptBy() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 1 days + 2 hours - 1);
        expectError(reviewNotOver(jobId, START + 1 days + 2 hours));
        settle(jobId, list(alice, bob));
        vm.warp(START + 1 days + 2 hours);
        settle(jobId, list(alice, bob));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Settled);
    }

    function test_given_a_missed_deadline_after_acceptBy_it_reverts_for_a_review_period_from_it() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 1 days - 1);
        accept(jobId, carol);
        uint256 reviewEnds = START + 1 days - 1 + 1 hours + 2 hours;
        vm.warp(reviewEnds - 1);
        expectError(reviewNotOver(jobId, reviewEnds));
        settle(jobId, list(alice, bob, carol));
        vm.warp(reviewEnds);
        settle(jobId, list(alice, bob, carol));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Settled);
    }

    function test_it_pays_as_a_completion_does_but_nobody_that_was_rejected() external {
        uint256 jobId = createDeliveredJob();
        deliver(jobId, carol);
        reject(jobId, carol);
        vm.warp(START + 2 days);
        uint256[3] memory before = [alice.balance, carol.balance, requester.balance];
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, alice, SHARE);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, bob, SHARE);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobClosed(
            jobId, IAIModelTrainingV2.JobStatus.Settled, "", STAKE - FEE - 2 * SHARE, FEE
        );
        settle(jobId, list(alice, bob));
        assertEq(alice.balance, before[0] + SHARE + BOND, "alice");
        assertEq(carol.balance, before[1], "rejected");
        assertEq(requester.balance, before[2] + STAKE - FEE - 2 * SHARE, "requester");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_given_a_reinstatement_it_reverts_for_a_review_period_from_it() external {
        IAIModelTrainingV2.Terms memory terms_ = refereedTerms();
        terms_.minContributors = 3;
        uint256 jobId = createJob(terms_);
        deliver(jobId, alice);
        deliver(jobId, bob);
        vm.warp(START + 1 days - 1);
        deliver(jobId, carol);
        reject(jobId, alice);
        appeal(jobId, alice);
        vm.warp(START + 3 days);
        rule(jobId, alice, true);
        uint256 reviewEnds = START + 3 days + 2 hours;
        vm.warp(reviewEnds - 1);
        expectError(reviewNotOver(jobId, reviewEnds));
        settle(jobId, list(alice, bob, carol));
        vm.warp(reviewEnds);
        settle(jobId, list(alice, bob, carol));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Settled);
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_a_contested_delivery_does_not_hold_up_the_others() external {
        uint256 jobId = createContestedJob(false);
        deliver(jobId, carol);
        vm.warp(START + 1 days - 1);
        appeal(jobId, alice);
        vm.warp(START + 1 days + 2 hours);
        settle(jobId, list(alice, bob, carol));
        assertEq(address(escrow).balance, SHARE + BOND, "hers is kept");
    }
}
