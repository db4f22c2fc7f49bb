// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";

contract ExpireJobTest is EscrowTest {
    function expire(uint256 jobId, address[] memory contributors) private {
        vm.prank(stranger);
        escrow.expireJob(jobId, contributors);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
        expire(jobId, list(alice, bob));
    }

    function test_given_acceptBy_has_not_come_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        vm.warp(START + bound(wait, 0, 1 days - 1));
        expectError(
            abi.encodeWithSelector(IAIModelTraining.AcceptanceStillOpen.selector, jobId, START + 1 days)
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
                IAIModelTraining.DeadlineNotPassed.selector, jobId, alice, START + 1 days - 1 + 1 hours
            )
        );
        expire(jobId, list(alice));
    }

    function test_given_enough_submissions_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 30 days);
        expectError(abi.encodeWithSelector(IAIModelTraining.EnoughSubmissions.selector, jobId, 2, 2));
        expire(jobId, list(alice, bob));
    }

    function test_given_deliveries_whose_review_is_not_over_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days + bound(wait, 0, 2 hours - 1));
        expectError(
            abi.encodeWithSelector(IAIModelTraining.ReviewNotOver.selector, jobId, START + 1 days + 2 hours)
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
                IAIModelTraining.ReviewNotOver.selector, jobId, START + 1 days - 1 + 3 hours
            )
        );
        expire(jobId, list(alice, bob));
        vm.warp(START + 1 days - 1 + 3 hours);
        expire(jobId, list(alice, bob));
        assertStatus(jobId, IAIModelTraining.JobStatus.Expired);
    }

    function test_given_deliveries_whose_review_is_not_over_it_goes_on_for_the_aggregator() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        vm.warp(START + 1 days);
        vm.prank(aggregator);
        escrow.expireJob(jobId, list(alice));
        assertStatus(jobId, IAIModelTraining.JobStatus.Expired);
    }

    function test_it_pays_what_was_delivered_refunds_the_rest_and_takes_no_fee() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days + 2 hours);
        uint256[2] memory before = [alice.balance, requester.balance];
        uint256 shareWei = (STAKE - STAKE * FEE_BPS / 10_000) / 3;
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.SlotReleased(jobId, bob, BOND);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobCompleted(jobId, alice, shareWei + BOND);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobClosed(jobId, IAIModelTraining.JobStatus.Expired, "", STAKE - shareWei, 0);
        expire(jobId, list(bob, alice));
        assertEq(alice.balance, before[0] + shareWei + BOND, "share and the forfeited bond");
        assertEq(requester.balance, before[1] + STAKE - shareWei, "the rest");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_where_nobody_is_paid_forfeited_bonds_go_to_the_fee_receiver_not_the_requester() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 days);
        escrow.releaseSlot(jobId, bob);
        uint256 before = requester.balance;
        expire(jobId, list(alice));
        assertEq(requester.balance, before + STAKE, "the stake and no more");
        assertEq(feeReceiver.balance, 2 * BOND, "both bonds");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_a_job_nobody_accepted_expires_to_its_requester() external {
        uint256 jobId = createJob();
        vm.warp(START + 1 days);
        uint256 before = requester.balance;
        expire(jobId, list());
        assertEq(requester.balance, before + STAKE, "refunded");
        assertStatus(jobId, IAIModelTraining.JobStatus.Expired);
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
