// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";

contract ReleaseSlotTest is EscrowTest {
    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        vm.warp(START + 1 hours);
        complete(jobId, list(alice, bob, carol));
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
        escrow.releaseSlot(jobId, carol);
    }

    function test_given_a_slot_that_is_not_accepted_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.warp(START + 1 hours);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.SlotNotAccepted.selector, jobId, alice, IAIModelTraining.SlotStatus.Submitted
            )
        );
        escrow.releaseSlot(jobId, alice);
    }

    function test_given_the_deadline_has_not_passed_it_reverts(uint256 wait) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + bound(wait, 0, 1 hours - 1));
        expectError(
            abi.encodeWithSelector(IAIModelTraining.DeadlineNotPassed.selector, jobId, alice, START + 1 hours)
        );
        escrow.releaseSlot(jobId, alice);
    }

    function test_it_frees_the_slot_and_forfeits_the_bond(uint32 later) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        vm.warp(START + 1 hours + later);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.SlotReleased(jobId, alice, BOND);
        vm.prank(stranger);
        escrow.releaseSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTraining.SlotStatus.Released);
        assertEq(escrow.getJob(jobId).takenSlots, 2, "slot 1 only");
        assertEq(escrow.getJob(jobId).forfeitedWei, BOND, "forfeited");

        escrow.releaseSlot(jobId, bob);
        assertEq(escrow.getJob(jobId).forfeitedWei, 2 * BOND, "forfeited");
        assertEq(address(escrow).balance, STAKE + 2 * BOND, "held for the contributors");
    }

    function test_a_job_without_bond_forfeits_nothing() external {
        IAIModelTraining.Terms memory terms_ = terms();
        terms_.bondWei = 0;
        uint256 jobId = createJob(terms_);
        accept(jobId, alice);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, alice);
        assertEq(escrow.getJob(jobId).forfeitedWei, 0, "forfeited");
    }

    function test_an_absent_contributor_is_replaced_and_the_job_completes() external {
        uint256 jobId = createJob();
        accept(jobId, dave);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, dave);
        deliver(jobId, alice);
        deliver(jobId, bob);
        complete(jobId, list(alice, bob));
        assertStatus(jobId, IAIModelTraining.JobStatus.Completed);
    }
}
