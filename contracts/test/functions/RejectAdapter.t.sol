// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";

contract RejectAdapterTest is EscrowTest {
    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
        escrow.rejectAdapter(jobId, alice, REASON);
    }

    function test_when_anybody_but_the_aggregator_calls_it_reverts(address caller) external {
        vm.assume(caller != aggregator);
        uint256 jobId = createDeliveredJob();
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTraining.NotAggregator.selector, jobId, caller));
        escrow.rejectAdapter(jobId, alice, REASON);
    }

    function test_given_nothing_submitted_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.SlotNotSubmitted.selector, jobId, alice, IAIModelTraining.SlotStatus.Accepted
            )
        );
        escrow.rejectAdapter(jobId, alice, REASON);
    }

    function test_when_the_reason_is_empty_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTraining.CidLengthOutOfRange.selector, 0, 128));
        escrow.rejectAdapter(jobId, alice, "");
    }

    function test_it_frees_the_slot_and_leaves_the_delivery_unpaid() external {
        uint256 jobId = createDeliveredJob();
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.AdapterRejected(jobId, alice, REASON);
        reject(jobId, alice);
        assertSlot(jobId, alice, IAIModelTraining.SlotStatus.Rejected);
        assertEq(escrow.getJob(jobId).takenSlots, 2, "slot 1 only");

        deliver(jobId, carol);
        uint256 before = alice.balance;
        complete(jobId, list(bob, carol));
        assertEq(alice.balance, before, "unpaid");
    }

    function test_a_rejected_delivery_does_not_count_towards_the_minimum() external {
        uint256 jobId = createDeliveredJob();
        reject(jobId, alice);
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTraining.TooFewSubmissions.selector, jobId, 1, 2));
        escrow.completeJob(jobId, RESULT, list(bob));
    }
}
