// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract ExpireJobV2Test is EscrowTestV2 {
    function expire(uint256 jobId, address[] memory contributors) private {
        vm.prank(stranger);
        escrow.expireJob(jobId, contributors);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
        expire(jobId, list(alice, bob));
    }

    function test_given_acceptBy_has_not_come_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        vm.warp(START + bound(wait, 0, 1 days - 1));
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.AcceptanceStillOpen.selector, jobId, START + 1 days)
        );
        expire(jobId, list());
    }

    function test_given_a_contributor_that_can_still_deliver_it_reverts() external {
        uint256 jobId = createJob();
        vm.warp(START + 1 days - 1);
        accept(jobId, alice);
        vm.warp(START + 1 days);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.DeadlineNotPassed.selector, jobId, alice, START + 1 days - 1 + 1 hours
            )
        );
        expire(jobId, list(alice));
    }

    function test_given_enough_submissions_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 30 days);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.EnoughSubmissions.selector, jobId, 2, 2));
        expire(jobId, list(alice, bob));
    }

    function test_given_deliveries_whose_review_is_not_over_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days + bound(wait, 0, 2 hours - 1));
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.ReviewNotOver.selector, jobId, START + 1 days + 2 hours)
        );
        expire(jobId, list(alice, bob));
    }

    function test_given_a_last_deadline_after_acceptBy_the_review_counts_from_it() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        vm.warp(START + 1 days - 1);
        accept(jobId, bob);
        vm.warp(START + 1 days - 2 + 3 hours);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.ReviewNotOver.selector, jobId, START + 1 days - 1 + 3 hours
            )
        );
        expire(jobId, list(alice, bob));
        vm.warp(START + 1 days - 1 + 3 hours);
        expire(jobId, list(alice, bob));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Expired);
    }

    function test_given_deliveries_whose_review_is_not_over_it_goes_on_for_the_aggregator() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        vm.warp(START + 1 days);
        vm.prank(aggregator);
        escrow.expireJob(jobId, list(alice));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Expired);
    }

    function test_it_pays_what_was_delivered_refunds_the_rest_and_takes_no_fee() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days + 2 hours);
        uint256[2] memory before = [alice.balance, requester.balance];
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.SlotReleased(jobId, bob, BOND);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, alice, SHARE);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobClosed(jobId, IAIModelTrainingV2.JobStatus.Expired, "", STAKE - SHARE, 0);
        expire(jobId, list(bob, alice));
        assertEq(alice.balance, before[0] + SHARE + BOND, "share and her own bond");
        assertEq(requester.balance, before[1] + STAKE - SHARE, "the rest");
        assertEq(BURNT.balance, BOND, "bob's bond is burned");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_where_nobody_is_paid_bonds_of_missed_deadlines_are_burned_and_the_requester_gains_nothing()
        external
    {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days);
        escrow.releaseSlot(jobId, bob);
        uint256 before = requester.balance;
        expire(jobId, list(alice));
        assertEq(requester.balance, before + STAKE, "the stake and no more");
        assertEq(feeReceiver.balance, 0, "nothing");
        assertEq(BURNT.balance, 2 * BOND, "both bonds");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_given_contested_deliveries_that_would_reach_the_minimum_it_reverts() external {
        uint256 jobId = createContestedJob(false);
        vm.warp(START + 1 days - 1);
        appeal(jobId, alice);
        vm.warp(START + 2 days);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.EnoughSubmissions.selector, jobId, 2, 2));
        expire(jobId, list(alice, bob));
        rule(jobId, alice, false);
        expire(jobId, list(bob));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Expired);
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_contested_deliveries_that_would_not_reach_the_minimum_keep_their_shares() external {
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, alice);
        vm.warp(START + 1 days - 1);
        reject(jobId, alice);
        vm.warp(START + 1 days);
        uint256 before = requester.balance;
        expire(jobId, list(alice));
        assertEq(requester.balance, before + STAKE - SHARE, "the rest");
        assertEq(address(escrow).balance, SHARE + BOND, "hers is kept");
    }

    function test_a_job_nobody_accepted_expires_to_its_requester() external {
        uint256 jobId = createJob();
        vm.warp(START + 1 days);
        uint256 before = requester.balance;
        expire(jobId, list());
        assertEq(requester.balance, before + STAKE, "refunded");
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Expired);
    }

    function test_an_aggregator_that_rejects_everything_gains_nothing_and_locks_nothing() external {
        uint256 jobId = createDeliveredJob();
        deliver(jobId, carol);
        reject(jobId, alice);
        reject(jobId, bob);
        reject(jobId, carol);
        vm.warp(START + 1 days);
        uint256[2] memory before = [aggregator.balance, requester.balance];
        expire(jobId, list());
        assertEq(aggregator.balance, before[0], "aggregator");
        assertEq(requester.balance, before[1] + STAKE, "requester");
    }
}
