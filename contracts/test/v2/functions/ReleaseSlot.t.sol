// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract ReleaseSlotV2Test is EscrowTestV2 {
    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        vm.warp(START + 1 hours);
        complete(jobId, list(alice, bob, carol));
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
        escrow.releaseSlot(jobId, carol);
    }

    function test_given_a_slot_that_is_not_accepted_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 1 hours);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.SlotNotAccepted.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.Submitted
            )
        );
        escrow.releaseSlot(jobId, alice);
    }

    function test_given_the_deadline_has_not_passed_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + bound(wait, 0, 1 hours - 1));
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.DeadlineNotPassed.selector, jobId, alice, START + 1 hours
            )
        );
        escrow.releaseSlot(jobId, alice);
    }

    function test_it_frees_the_slot_and_burns_the_bond(uint32 later) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 hours + later);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.SlotReleased(jobId, alice, BOND);
        vm.prank(stranger);
        escrow.releaseSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Released);
        assertEq(escrow.getJob(jobId).takenSlots, 2, "slot 1 only");
        assertEq(BURNT.balance, BOND, "burned");

        escrow.releaseSlot(jobId, bob);
        assertEq(BURNT.balance, 2 * BOND, "burned");
        assertEq(address(escrow).balance, STAKE, "the stake stays");
    }

    function test_a_job_without_bond_burns_nothing() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.bondBps = 0;
        uint256 jobId = createJob(terms_);
        accept(jobId, alice);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, alice);
        assertEq(BURNT.balance, 0, "burned");
    }

    function test_an_absent_contributor_is_replaced_and_the_job_completes() external {
        uint256 jobId = createJob();
        accept(jobId, dave);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, dave);
        deliver(jobId, alice);
        deliver(jobId, bob);
        complete(jobId, list(alice, bob));
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Completed);
    }
}
